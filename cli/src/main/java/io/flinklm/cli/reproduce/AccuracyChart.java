package io.flinklm.cli.reproduce;

import io.flinklm.cli.chart.CurveChart;
import io.flinklm.cli.chart.Picture;
import io.flinklm.cli.chart.Picture.NotDrawn;
import java.awt.BasicStroke;
import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The picture of several models: accuracy on the validation text after each epoch. */
final class AccuracyChart {
  private static final int WIDTH = 1100;
  private static final int HEIGHT = 620;

  // Told apart by people who see red and green alike too.
  private static final List<Color> COLORS =
      List.of(
          new Color(0x9AA4AF),
          new Color(0x56B4E9),
          new Color(0x7FA9DE),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0xE69F00),
          new Color(0xD9480F),
          new Color(0x24292F),
          new Color(0x0050B3));

  private AccuracyChart() {}

  /**
   * Draws the picture as a PNG file.
   *
   * @throws NotDrawn if there is no font to write with, or the file cannot be written
   */
  static void draw(List<ModelResult> models, Path png) throws NotDrawn {
    Picture.draw(
        png, WIDTH, HEIGHT, graphics -> CurveChart.paint(chart(models), graphics, WIDTH, HEIGHT));
  }

  private static XYChart chart(List<ModelResult> models) {
    XYChart chart =
        new XYChartBuilder()
            .title("Accuracy on the validation text, mean over the seeds")
            .xAxisTitle("epoch")
            .yAxisTitle("share of tokens predicted")
            .build();
    CurveChart.style(chart.getStyler(), LegendPosition.OutsideE);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
    for (int i = 0; i < models.size(); i++) {
      List<Double> accuracies = models.get(i).accuracies();
      if (accuracies.isEmpty()) {
        continue;
      }
      List<Integer> epochs = IntStream.rangeClosed(1, accuracies.size()).boxed().toList();
      XYSeries series = chart.addSeries(models.get(i).model(), epochs, accuracies);
      Color color = COLORS.get(i % COLORS.size());
      series.setLineColor(color);
      series.setMarkerColor(color);
      series.setMarker(SeriesMarkers.CIRCLE);
      series.setLineStyle(new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }
    return chart;
  }
}
