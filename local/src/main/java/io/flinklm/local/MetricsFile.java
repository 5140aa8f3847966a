package io.flinklm.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.UserMistake;
import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The reports of a run in a file, {@code metrics.jsonl}: one line of JSON each, in the order in
 * which they came. A line is in the file when {@link #write} returns. A run that is killed may
 * leave a last line without its line break: that line counts as never written.
 */
public final class MetricsFile implements AutoCloseable {
  // Not a channel, which an interrupted thread would close.
  private final RandomAccessFile file;

  private MetricsFile(RandomAccessFile file) {
    this.file = file;
  }

  /**
   * The file of a new run: what it held before is gone.
   *
   * @throws UserMistake if the file cannot be written
   */
  public static MetricsFile create(Path path) {
    return open(path, false);
  }

  /**
   * The file of a run that goes on: reports are added to those that it holds, if any.
   *
   * @throws UserMistake if the file cannot be written
   */
  public static MetricsFile resume(Path path) {
    return open(path, true);
  }

  private static MetricsFile open(Path path, boolean keep) {
    try {
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      long kept = keep ? wholeLines(file) : 0;
      file.setLength(kept);
      file.seek(kept);
      return new MetricsFile(file);
    } catch (IOException e) {
      throw new UserMistake("cannot write the metrics: " + e.getMessage(), e);
    }
  }

  /**
   * Adds a report.
   *
   * @throws UncheckedIOException if it cannot be written, as on a full disk
   */
  public synchronized void write(Report report) {
    try {
      file.write((ReportJson.toLine(report) + "\n").getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The reports in a file. Where a run went on after a failure, a step can be there twice; the
   * later report is the one that counts.
   *
   * @throws UserMistake if the file cannot be read, or a line of it is not the JSON of a report
   */
  public static List<Report> read(Path path) {
    List<Report> reports = new ArrayList<>();
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
        BufferedReader lines = Files.newBufferedReader(path, UTF_8)) {
      boolean torn = wholeLines(file) < file.length();
      String next = lines.readLine();
      while (next != null) {
        String line = next;
        next = lines.readLine();
        if (next != null || !torn) {
          reports.add(parse(line, path, reports.size() + 1));
        }
      }
    } catch (IOException e) {
      throw new UserMistake("cannot read the metrics: " + e.getMessage(), e);
    }
    return reports;
  }

  private static Report parse(String line, Path path, int number) {
    try {
      return ReportJson.parse(line.getBytes(UTF_8));
    } catch (IllegalArgumentException e) {
      throw new UserMistake(path + ", line " + number + ": " + e.getMessage(), e);
    }
  }

  /** Bytes up to and with the last line break. */
  private static long wholeLines(RandomAccessFile file) throws IOException {
    for (long end = file.length(); end > 0; end--) {
      file.seek(end - 1);
      if (file.read() == '\n') {
        return end;
      }
    }
    return 0;
  }
}
