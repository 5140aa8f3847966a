package io.flinklm.cli.chart;

import static io.flinklm.cli.fixture.Reports.segment;
import static io.flinklm.cli.fixture.Reports.step;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.cli.fixture.MadeRun;
import io.flinklm.train.Report;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CurvesTest {
  private static final int TRAINING = 0x7FA9DE;
  private static final int VALIDATION = 0xD9480F;

  @TempDir Path folder;

  @Test
  void bothHalvesShowBothCurves() throws Exception {
    BufferedImage image = draw(MadeRun.of(15));

    assertThat(image.getWidth()).isEqualTo(1400);
    assertThat(image.getHeight()).isEqualTo(560);
    for (int half : new int[] {0, 700}) {
      assertThat(pixels(image, half, TRAINING)).isGreaterThan(300);
      assertThat(pixels(image, half, VALIDATION)).isGreaterThan(300);
      // Axis labels, titles and the legend.
      assertThat(pixels(image, half, 0x57606A)).isGreaterThan(50);
    }
  }

  @Test
  void theLossFallsToTheRightAndTheAccuracyRises() throws Exception {
    BufferedImage image = draw(MadeRun.of(60));
    assertThat(top(image, 100, TRAINING)).isLessThan(top(image, 500, TRAINING));
    assertThat(top(image, 800, TRAINING)).isGreaterThan(top(image, 1200, TRAINING));
  }

  @Test
  @Timeout(60)
  void oddRunsCanBeDrawn() throws Exception {
    draw(List.of(step(1, 0, "train", 3, 1)));
    draw(List.of(step(1, 0, "train", 3, 1), step(2, 0, "train", 3, 1)));
    draw(List.of(segment(0, 0, "valid", 3, 1)));
    draw(List.of(step(5, 0, "train", 3, 1), step(6, 0, "train", 3.000001, 1)));
    draw(List.of(step(5, 0, "train", 1e-9, 1), step(900_000_000, 0, "train", 1e12, 1)));
    draw(List.of(step(1, 0, "train", 0, 1), segment(1, 0, "valid", 0, 1)));
  }

  @Test
  void thePictureBeforeIsReplacedAndNothingElseIsLeft() throws Exception {
    draw(List.of(step(1, 0, "train", 3, 1)));
    byte[] before = Files.readAllBytes(folder.resolve("curves.png"));
    draw(MadeRun.of(2));
    assertThat(folder.resolve("curves.png")).isRegularFile();
    assertThat(Files.readAllBytes(folder.resolve("curves.png"))).isNotEqualTo(before);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void nothingToDrawIsSaid() {
    assertThatThrownBy(() -> draw(List.of(segment(0, 0, "train", 3, 1))))
        .isInstanceOf(Picture.NotDrawn.class)
        .hasMessage("no picture %s: no step was reported", folder.resolve("curves.png"));
  }

  @Test
  void aFolderThatIsNotThereIsSaid() {
    Path png = folder.resolve("missing/curves.png");
    assertThatThrownBy(() -> Curves.draw(MadeRun.of(1), png))
        .isInstanceOf(Picture.NotDrawn.class)
        .hasMessageStartingWith("no picture " + png + ": cannot write ");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  @Timeout(60)
  void aMachineWithoutFontsIsSaid() throws Exception {
    Path noFonts = Files.writeString(folder.resolve("fonts.conf"), "<fontconfig/>");
    Path png = folder.resolve("curves.png");
    ProcessBuilder withoutFonts =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // Java remembers in the home folder which fonts it has seen.
            "-Duser.home=" + folder,
            "-cp",
            System.getProperty("java.class.path"),
            Drawing.class.getName(),
            png.toString());
    withoutFonts.environment().put("FONTCONFIG_FILE", noFonts.toString());
    Process process = withoutFonts.redirectErrorStream(true).start();

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8).lines())
        .last()
        .asString()
        .startsWith("no picture " + png + ": cannot draw (are fonts installed?): ");
    assertThat(process.waitFor()).isZero();
    assertThat(png).doesNotExist();
  }

  /** Draws a picture and prints why it could not. */
  static final class Drawing {
    public static void main(String[] arguments) {
      try {
        Curves.draw(MadeRun.of(2), Path.of(arguments[0]));
      } catch (Picture.NotDrawn e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private BufferedImage draw(List<Report> reports) throws Picture.NotDrawn, IOException {
    Path png = folder.resolve("curves.png");
    Curves.draw(reports, png);
    return ImageIO.read(png.toFile());
  }

  private static int pixels(BufferedImage image, int left, int color) {
    int count = 0;
    for (int x = left; x < left + 700; x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        count += (image.getRGB(x, y) & 0xFFFFFF) == color ? 1 : 0;
      }
    }
    return count;
  }

  /** The highest pixel of a color in a column. */
  private static int top(BufferedImage image, int x, int color) {
    for (int y = 0; y < image.getHeight(); y++) {
      if ((image.getRGB(x, y) & 0xFFFFFF) == color) {
        return y;
      }
    }
    throw new AssertionError("no such color in column " + x);
  }
}
