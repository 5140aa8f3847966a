package io.flinklm.cli.chart;

import java.awt.AWTError;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/** A PNG file that is there complete or not at all; one that was there before is replaced. */
public final class Picture {
  private Picture() {}

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
   * Draws a picture of so many pixels.
   *
   * @param painter paints all of it
   * @throws NotDrawn if there is no font to write with, or the file cannot be written
   */
  public static void draw(Path png, int width, int height, Consumer<Graphics2D> painter)
      throws NotDrawn {
    // The process has no windows. Unless told, Java looks for a screen first and may fail for it.
    System.setProperty("java.awt.headless", "true");
    try {
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = image.createGraphics();
      try {
        painter.accept(graphics);
      } finally {
        graphics.dispose();
      }
      write(image, png);
    } catch (IOException e) {
      throw new NotDrawn(png, "cannot write " + e.getMessage(), e);
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      // What Java throws where there are no fonts, or no library to draw them: all of these.
      throw new NotDrawn(png, "cannot draw (are fonts installed?): " + reason(e), e);
    }
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
