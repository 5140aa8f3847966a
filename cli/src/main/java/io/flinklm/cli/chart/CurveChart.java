package io.flinklm.cli.chart;

import static java.awt.RenderingHints.KEY_ANTIALIASING;
import static java.awt.RenderingHints.KEY_STROKE_CONTROL;
import static java.awt.RenderingHints.VALUE_ANTIALIAS_ON;
import static java.awt.RenderingHints.VALUE_STROKE_PURE;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A chart of two curves, training and validation, over the steps; and how it looks. */
public final class CurveChart {
  private static final Color TEXT = new Color(0x24292F);
  private static final Color QUIET_TEXT = new Color(0x57606A);
  private static final Color GRID = new Color(0xE6E9ED);
  private static final Color NOTHING = new Color(0, true);
  private static final Color TRAINING = new Color(0x7FA9DE);
  static final Color VALIDATION = new Color(0xD9480F);

  private static final Color STRONG = new Color(0x2B6CB0);
  private static final Color QUIET = new Color(0xC9D8EC);

  private static final int PADDING = 24;
  private static final int TITLE_HEIGHT = 36;

  /** More points than this lie on one another. */
  private static final int MOST_POINTS = 600;

  /** More validations than this are a line without dots. */
  private static final int MOST_DOTS = 40;

  private CurveChart() {}

  /**
   * The loss.
   *
   * @param inBits what it is in bits per byte, in words; empty where that is not known
   */
  static XYChart loss(String inBits, Curve training, Curve validation) {
    return chart(
        "Loss" + inBits, "cross entropy (nats)", LegendPosition.InsideNE, training, validation);
  }

  static XYChart accuracy(Curve training, Curve validation) {
    return chart(
        "Accuracy", "share of tokens predicted", LegendPosition.InsideSE, training, validation);
  }

  /** Paints a chart and its title, from the origin of the graphics, in so many pixels. */
  public static void paint(Chart<?, ?> chart, Graphics2D graphics, int width, int height) {
    graphics.setRenderingHint(KEY_ANTIALIASING, VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(KEY_STROKE_CONTROL, VALUE_STROKE_PURE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    Graphics2D below = (Graphics2D) graphics.create(0, TITLE_HEIGHT, width, height - TITLE_HEIGHT);
    chart.paint(below, width, height - TITLE_HEIGHT);
    below.dispose();
    // The library would center the titles, each at the height that its own letters need.
    graphics.setFont(font(Font.BOLD, 20));
    graphics.setColor(TEXT);
    graphics.drawString(chart.getTitle(), PADDING, PADDING + 18);
  }

  private static XYChart chart(
      String title, String axis, LegendPosition legend, Curve training, Curve validation) {
    XYChart chart = new XYChartBuilder().title(title).xAxisTitle("step").yAxisTitle(axis).build();
    style(chart.getStyler(), legend);
    addEnds(chart, training.isEmpty() ? validation : training);
    add(chart, "training", training, TRAINING);
    add(chart, "validation", validation, VALIDATION);
    if (!validation.isEmpty() && validation.steps().size() <= MOST_DOTS) {
      chart.getSeriesMap().get("validation").setMarker(SeriesMarkers.CIRCLE);
    }
    return chart;
  }

  private static void add(XYChart chart, String name, Curve curve, Color color) {
    if (curve.isEmpty()) {
      return;
    }
    Curve drawn = curve.thinned(MOST_POINTS);
    draw(chart.addSeries(name, drawn.steps(), drawn.values()), color);
  }

  /** Adds a line to a chart of another kind, in the color of what counts or in a quiet one. */
  static void addLine(
      XYChart chart, String name, List<Double> xs, List<Double> ys, boolean counts) {
    draw(chart.addSeries(name, xs, ys), counts ? STRONG : QUIET);
  }

  private static void draw(XYSeries series, Color color) {
    series.setLineColor(color);
    series.setLineStyle(new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    series.setMarkerColor(color);
    series.setMarker(SeriesMarkers.NONE);
  }

  /**
   * Two points that are not seen, out of order: where all steps are equally far apart, the library
   * would label some of them (1, 18, 35) instead of round numbers.
   */
  private static void addEnds(XYChart chart, Curve curve) {
    if (curve.isEmpty()) {
      return;
    }
    long begin = curve.steps().get(0) == 1 ? 0 : curve.steps().get(0);
    long end = curve.steps().get(curve.steps().size() - 1);
    double within = curve.values().get(0);
    XYSeries ends = chart.addSeries("ends", List.of(end, begin), List.of(within, within));
    ends.setLineStyle(SeriesLines.NONE);
    ends.setMarker(SeriesMarkers.NONE);
    ends.setShowInLegend(false);
  }

  private static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  /** Gives a chart the style that all have. */
  public static void style(AxesChartStyler styler, LegendPosition legend) {
    styler.setLocale(Locale.ROOT);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartFontColor(TEXT);
    styler.setChartPadding(PADDING);
    styler.setChartTitleVisible(false);

    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotContentSize(0.97);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1f));

    styler.setAxisTicksMarksVisible(false);
    styler.setAxisTicksLineVisible(false);
    styler.setAxisTickLabelsFont(font(Font.PLAIN, 14));
    styler.setAxisTickLabelsColor(QUIET_TEXT);
    styler.setAxisTitleFont(font(Font.PLAIN, 15));
    styler.setAxisTitlePadding(12);
    styler.setXAxisTitleColor(QUIET_TEXT);
    styler.setYAxisTitleColor(QUIET_TEXT);
    styler.setYAxisDecimalPattern("0.0####");
    styler.setYAxisTickMarkSpacingHint(64);

    styler.setLegendPosition(legend);
    styler.setLegendFont(font(Font.PLAIN, 15));
    styler.setLegendBorderColor(NOTHING);
    styler.setLegendBackgroundColor(NOTHING);
    styler.setMarkerSize(8);
  }
}
