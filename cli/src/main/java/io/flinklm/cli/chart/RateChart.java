package io.flinklm.cli.chart;

import io.flinklm.cli.chart.Picture.NotDrawn;
import io.flinklm.train.LearningRateCurve;
import io.flinklm.train.LearningRateCurve.Point;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The picture of a range test: the loss over the learning rate, which is drawn by its logarithm.
 */
public final class RateChart {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 560;

  private RateChart() {}

  /**
   * Draws the picture as a PNG file.
   *
   * @param curve with a step at least
   * @throws NotDrawn if there is no font to write with, or the file cannot be written
   */
  public static void draw(LearningRateCurve curve, Path png) throws NotDrawn {
    XYChart chart =
        new XYChartBuilder()
            .title("Loss by learning rate")
            .xAxisTitle("learning rate")
            .yAxisTitle("cross entropy (nats)")
            .build();
    CurveChart.style(chart.getStyler(), LegendPosition.InsideSW);
    chart.getStyler().setXAxisLogarithmic(true);
    List<Point> points = curve.points().stream().filter(RateChart::isFinite).toList();
    CurveChart.addLine(chart, "of each step", rates(points), of(points, Point::loss), false);
    CurveChart.addLine(chart, "smoothed", rates(points), of(points, Point::smoothed), true);
    curve.suggestion().ifPresent(rate -> mark(chart, rate, points));
    Picture.draw(png, WIDTH, HEIGHT, graphics -> CurveChart.paint(chart, graphics, WIDTH, HEIGHT));
  }

  private static boolean isFinite(Point point) {
    return Double.isFinite(point.loss()) && Double.isFinite(point.smoothed());
  }

  private static List<Double> rates(List<Point> points) {
    return of(points, Point::rate);
  }

  private static List<Double> of(List<Point> points, ToDoubleFunction<Point> value) {
    return points.stream().map(value::applyAsDouble).toList();
  }

  private static void mark(XYChart chart, double rate, List<Point> points) {
    Optional<Point> there = points.stream().filter(point -> point.rate() >= rate).findFirst();
    there.ifPresent(
        point -> {
          XYSeries mark =
              chart.addSeries(
                  "suggested: %.2g".formatted(rate), List.of(rate), List.of(point.smoothed()));
          mark.setMarker(SeriesMarkers.CIRCLE);
          mark.setMarkerColor(CurveChart.VALIDATION);
          mark.setLineColor(CurveChart.VALIDATION);
        });
  }
}
