package io.flinklm.cli.chart;

import io.flinklm.cli.chart.Picture.NotDrawn;
import io.flinklm.train.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;

/**
 * The picture of a run: loss over the steps on the left, accuracy on the right, each for training
 * (a running mean over steps) and for validation (a point at each).
 */
public final class Curves {
  /** Width of the picture, in pixels. */
  public static final int WIDTH = 1400;

  /** Height of the picture, in pixels. */
  public static final int HEIGHT = 560;

  private Curves() {}

  /**
   * Draws the picture as a PNG file of {@link #WIDTH} x {@link #HEIGHT} pixels.
   *
   * @param reports of one run, in the order in which they came
   * @throws NotDrawn if there is nothing to draw, no font to write with, or the file cannot be
   *     written
   */
  public static void draw(List<Report> reports, Path png) throws NotDrawn {
    Curve trainLoss = Curve.trainingLoss(reports);
    Curve trainAccuracy = Curve.trainingAccuracy(reports);
    Curve validLoss = Curve.validation(reports, Report::loss);
    Curve validAccuracy = Curve.validation(reports, Report::accuracy);
    if (trainLoss.isEmpty() && validLoss.isEmpty()) {
      throw new NotDrawn(png, "no step was reported", null);
    }
    Picture.draw(
        png,
        WIDTH,
        HEIGHT,
        graphics -> {
          XYChart loss = CurveChart.loss(inBits(reports), trainLoss, validLoss);
          CurveChart.paint(loss, graphics, WIDTH / 2, HEIGHT);
          graphics.translate(WIDTH / 2, 0);
          XYChart accuracy = CurveChart.accuracy(trainAccuracy, validAccuracy);
          CurveChart.paint(accuracy, graphics, WIDTH / 2, HEIGHT);
        });
  }

  private static String inBits(List<Report> reports) {
    List<Double> valid = Curve.validation(reports, report -> report.bytes().bitsPerByte()).values();
    if (!valid.isEmpty()) {
      return ": %s bits per byte in validation".formatted(last(valid));
    }
    List<Double> train = Curve.trainingBitsPerByte(reports).values();
    return train.isEmpty() ? "" : ": %s bits per byte".formatted(last(train));
  }

  private static String last(List<Double> values) {
    return String.format(Locale.ROOT, "%.3f", values.get(values.size() - 1));
  }
}
