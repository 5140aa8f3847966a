package io.flinklm.cli.run;

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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The reports of a run in a file, {@code metrics.jsonl}: one line of JSON each, in the order in
 * which they came. A line is in the file when {@link #write} returns, or waits for room on a disk
 * that is full. A run that is killed may leave a last line without its line break: that line counts
 * as never written.
 *
 * <p>Of a long run not every step stays ({@link StepHistory}); all other reports do.
 */
public final class MetricsFile implements AutoCloseable {
  // Some minutes of quick steps; more would fill the heap.
  private static final int MOST_WAITING = 100_000;

  private final Path path;
  private final StepHistory history;

  // Not a channel, which an interrupted thread would close.
  private RandomAccessFile file;
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private IOException trouble;

  private MetricsFile(Path path, StepHistory history, RandomAccessFile file) {
    this.path = path;
    this.history = history;
    this.file = file;
  }

  /**
   * The file of a new run: what it held before is gone.
   *
   * @throws UserMistake if the file cannot be written
   */
  public static MetricsFile create(Path path) {
    return open(path, false, StepHistory.MOST);
  }

  /**
   * The file of a run that goes on: reports are added to those that it holds, if any.
   *
   * @throws UserMistake if the file cannot be written
   */
  static MetricsFile resume(Path path) {
    return open(path, true, StepHistory.MOST);
  }

  /** The same, of at most so many steps. */
  static MetricsFile resume(Path path, int mostSteps) {
    return open(path, true, mostSteps);
  }

  private static MetricsFile open(Path path, boolean keep, int mostSteps) {
    try {
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      long kept = keep ? wholeLines(file) : 0;
      file.setLength(kept);
      file.seek(kept);
      MetricsFile opened = new MetricsFile(path, StepHistory.of(path, mostSteps), file);
      opened.thin();
      return opened;
    } catch (IOException e) {
      throw new UserMistake("cannot write the metrics: " + e.getMessage(), e);
    }
  }

  /**
   * Adds a report. On a full disk it waits for the next one that finds room.
   *
   * @throws UncheckedIOException if too many wait
   */
  public synchronized void write(Report report) {
    if (history.takes(report)) {
      waiting.add((ReportJson.toLine(report) + "\n").getBytes(UTF_8));
    }
    try {
      writeWaiting();
      trouble = null;
    } catch (IOException e) {
      trouble = e;
      if (waiting.size() > MOST_WAITING) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void writeWaiting() throws IOException {
    while (!waiting.isEmpty()) {
      long whole = file.getFilePointer();
      try {
        file.write(waiting.peek());
      } catch (IOException e) {
        // A part of the line may have found room.
        file.setLength(whole);
        file.seek(whole);
        throw e;
      }
      waiting.remove();
      thin();
    }
  }

  /** What keeps reports from being written, in words; empty where nothing does. */
  synchronized Optional<String> trouble() {
    return Optional.ofNullable(trouble)
        .map(
            e ->
                "the reports cannot be written to %s: %s; %d wait until they can"
                    .formatted(path, e.getMessage(), waiting.size()));
  }

  // The file is another one then.
  private void thin() throws IOException {
    if (history.thin(path)) {
      file.close();
      file = new RandomAccessFile(path.toFile(), "rw");
      file.seek(file.length());
    }
  }

  @Override
  public synchronized void close() {
    try (RandomAccessFile closing = file) {
      writeWaiting();
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
          reports.add(parse(line, path, "line " + (reports.size() + 1)));
        }
      }
    } catch (IOException e) {
      throw new UserMistake("cannot read the metrics: " + e.getMessage(), e);
    }
    return reports;
  }

  /**
   * The last report in a file, of which nothing else is read; empty where there is none.
   *
   * @throws UserMistake if the file cannot be read, or its last line is not the JSON of a report
   */
  static Optional<Report> last(Path path) {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long end = wholeLines(file);
      if (end == 0) {
        return Optional.empty();
      }
      long start = lineBreakBefore(file, end - 1);
      byte[] line = new byte[Math.toIntExact(end - 1 - start)];
      file.seek(start);
      file.readFully(line);
      return Optional.of(parse(new String(line, UTF_8), path, "last line"));
    } catch (IOException e) {
      throw new UserMistake("cannot read the metrics: " + e.getMessage(), e);
    }
  }

  private static Report parse(String line, Path path, String place) {
    try {
      return ReportJson.parse(line.getBytes(UTF_8));
    } catch (IllegalArgumentException e) {
      throw new UserMistake(path + ", " + place + ": " + e.getMessage(), e);
    }
  }

  /** Bytes up to and with the last line break. */
  private static long wholeLines(RandomAccessFile file) throws IOException {
    return lineBreakBefore(file, file.length());
  }

  /** Bytes up to and with the last line break before a place; 0 if there is none. */
  private static long lineBreakBefore(RandomAccessFile file, long place) throws IOException {
    for (long end = place; end > 0; end--) {
      file.seek(end - 1);
      if (file.read() == '\n') {
        return end;
      }
    }
    return 0;
  }
}
