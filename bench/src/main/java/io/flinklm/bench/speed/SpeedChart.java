package io.flinklm.bench.speed;

import io.flinklm.bench.speed.SpeedResults.Spread;
import io.flinklm.cli.chart.CurveChart;
import io.flinklm.cli.chart.Picture;
import io.flinklm.cli.chart.Picture.NotDrawn;
import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The picture of {@code bench}: medians as bars, with the farthest round as a line. */
final class SpeedChart {
  private static final int WIDTH = 1100;
  private static final int HEIGHT = 620;
  private static final Color BAR = new Color(0x7FA9DE);

  private SpeedChart() {}

  /**
   * Draws the picture as a PNG file.
   *
   * @throws NotDrawn if there is no font to write with, or the file cannot be written
   */
  static void draw(SpeedResults results, Path png) throws NotDrawn {
    Picture.draw(
        png, WIDTH, HEIGHT, graphics -> CurveChart.paint(chart(results), graphics, WIDTH, HEIGHT));
  }

  private static CategoryChart chart(SpeedResults results) {
    CategoryChart chart =
        new CategoryChartBuilder().title(results.title()).yAxisTitle("tokens per second").build();
    CurveChart.style(chart.getStyler(), LegendPosition.InsideNE);
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setYAxisDecimalPattern("#,##0").setYAxisMin(0.0);
    chart.getStyler().setXAxisMaxLabelCount(results.tokensPerSecond().size());
    chart.getStyler().setXAxisLabelRotation(20);
    List<String> names = results.fastestFirst();
    List<Spread> speeds = names.stream().map(results.tokensPerSecond()::get).toList();
    chart
        .addSeries(
            "tokens per second",
            names.stream().map(name -> SpeedText.name(results, name)).toList(),
            speeds.stream().map(Spread::median).toList(),
            speeds.stream().map(SpeedChart::farthest).toList())
        .setFillColor(BAR);
    return chart;
  }

  private static double farthest(Spread speed) {
    return Math.max(speed.highest() - speed.median(), speed.median() - speed.lowest());
  }
}
