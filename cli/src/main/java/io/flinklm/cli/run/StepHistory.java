package io.flinklm.cli.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Which steps of a run stay in its file of metrics: all, until they are too many; then every second
 * one, of those that are there and of those that come, and so on. So a run without end leaves a
 * picture of all of it and a file that does not grow.
 */
final class StepHistory {
  /** Most steps that stay, 40 MB or so. */
  static final int MOST = 100_000;

  private final int most;
  private long stride = 1;
  private long steps;

  private StepHistory(int most, long steps) {
    this.most = most;
    this.steps = steps;
  }

  /** That of a file, which is read line by line. */
  static StepHistory of(Path path, int most) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(path, UTF_8)) {
      return new StepHistory(most, lines.lines().filter(ReportJson::isStep).count());
    }
  }

  /** Whether a report belongs into the file; counts it if it is a step that does. */
  boolean takes(Report report) {
    if (!(report instanceof Report.Step)) {
      return true;
    }
    boolean stays = report.step() % stride == 0;
    steps += stays ? 1 : 0;
    return stays;
  }

  /** Takes steps out of the file if they are too many; whether it did. */
  boolean thin(Path path) throws IOException {
    if (steps <= most) {
      return false;
    }
    while (steps > most / 2) {
      for (long left = steps; left > most / 2; left /= 2) {
        stride *= 2;
      }
      rewrite(path);
    }
    return true;
  }

  // Aside, so that a run that is killed leaves the one or the other.
  private void rewrite(Path path) throws IOException {
    Path aside = path.resolveSibling(path.getFileName() + ".new");
    steps = 0;
    try (BufferedReader lines = Files.newBufferedReader(path, UTF_8);
        BufferedWriter kept = Files.newBufferedWriter(aside, UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (stays(line)) {
          kept.write(line + "\n");
        }
      }
    }
    Files.move(aside, path, StandardCopyOption.REPLACE_EXISTING);
  }

  private boolean stays(String line) {
    if (!ReportJson.isStep(line)) {
      return true;
    }
    try {
      return takes(ReportJson.parse(line.getBytes(UTF_8)));
    } catch (IllegalArgumentException e) {
      // Whoever reads the file says what is wrong with it.
      return true;
    }
  }
}
