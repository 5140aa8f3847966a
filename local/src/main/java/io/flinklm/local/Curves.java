package io.flinklm.local;

import io.flinklm.train.Report;
import java.awt.AWTError;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.imageio.ImageIO;
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
   * The picture could not be drawn or written, as on a machine without fonts. A run does not fail
   * for it: the message is one line that a caller shows as a warning.
   */
  public static final class NotDrawn extends Exception {
    private static final long serialVersionUID = 1;

    NotDrawn(Path png, String reason, Throwable cause) {
      super("no picture " + png + ": " + reason, cause);
    }
  }

  /**
   * Draws the picture as a PNG file of {@link #WIDTH} x {@link #HEIGHT} pixels. The file is there
   * complete or not at all; one that was there before is replaced.
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
    // The run has no windows. Unless told, Java looks for a screen first and may fail for it.
    System.setProperty("java.awt.headless", "true");
    try {
      write(
          beside(
              CurveChart.loss(trainLoss, validLoss),
              CurveChart.accuracy(trainAccuracy, validAccuracy)),
          png);
    } catch (IOException e) {
      throw new NotDrawn(png, "cannot write " + e.getMessage(), e);
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      // What Java throws where there are no fonts, or no library to draw them: all of these.
      throw new NotDrawn(png, "cannot draw (are fonts installed?): " + reason(e), e);
    }
  }

  private static BufferedImage beside(XYChart left, XYChart right) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      CurveChart.paint(left, graphics, WIDTH / 2, HEIGHT);
      graphics.translate(WIDTH / 2, 0);
      CurveChart.paint(right, graphics, WIDTH / 2, HEIGHT);
    } finally {
      graphics.dispose();
    }
    return image;
  }

  private static void write(BufferedImage image, Path png) throws IOException {
    Path folder = png.toAbsolutePath().getParent();
    Path unfinished = Files.createTempFile(folder, png.getFileName().toString(), ".tmp");
    try {
      ImageIO.write(image, "png", unfinished.toFile());
      Files.move(
          unfinished, png, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString().lines().findFirst().orElse("");
  }
}
