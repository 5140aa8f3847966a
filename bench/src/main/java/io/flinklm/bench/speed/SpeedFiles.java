package io.flinklm.bench.speed;

import io.flinklm.cli.chart.Picture;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files that {@code bench} leaves behind: its numbers and their picture.
 *
 * @param results that are in them
 */
public record SpeedFiles(SpeedResults results) {
  private static final String NUMBERS = "bench.json";
  private static final String PICTURE = "bench.png";

  /** Writes them, and says where. */
  public void write(Path directory, PrintStream screen) throws IOException {
    Path numbers = directory.resolve(NUMBERS);
    screen.println("Numbers    " + Files.writeString(numbers, results.toJson() + "\n"));
    try {
      SpeedChart.draw(results, directory.resolve(PICTURE));
      screen.println("Picture    " + directory.resolve(PICTURE));
    } catch (Picture.NotDrawn e) {
      screen.println("warning: " + e.getMessage());
    }
  }
}
