package io.flinklm.cli.screen;

import io.flinklm.train.Report;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** The display of a pipe or a log: whole lines only. */
final class PlainDisplay implements Display {
  /** Seconds of training without a row after which progress is told. */
  private static final double SILENCE = 10;

  private static final double NANOS = 1e9;

  private final PrintStream out;
  private final Progress progress;
  private final Optional<EpochTable> table;
  private double told = Double.NaN;
  private long toldAt = System.nanoTime();
  private long refused;

  /**
   * @param table its rows are shown too; empty for lines of progress alone
   */
  PlainDisplay(PrintStream out, Progress progress, Optional<EpochTable> table) {
    this.out = out;
    this.progress = progress;
    this.table = table;
  }

  @Override
  public synchronized void show(Report report) {
    if (Double.isNaN(told)) {
      table.ifPresent(any -> out.println(EpochTable.header()));
      told = report.seconds();
    }
    progress.add(report);
    for (String row : rows(report)) {
      out.println(row);
      told = report.seconds();
      toldAt = System.nanoTime();
    }
    if (report.seconds() - told >= SILENCE) {
      out.println(progress.line());
      told = report.seconds();
      toldAt = System.nanoTime();
    }
    out.flush();
  }

  @Override
  public synchronized void refused(long tokens) {
    progress.refused(tokens);
    if (tokens > refused && System.nanoTime() - toldAt >= SILENCE * NANOS) {
      refused = tokens;
      toldAt = System.nanoTime();
      out.println(progress.line());
      out.flush();
    }
  }

  @Override
  public synchronized void say(String line) {
    out.println(line);
    out.flush();
  }

  private List<String> rows(Report report) {
    return table.map(rows -> rows.add(report)).orElse(List.of());
  }

  @Override
  public void close() {
    out.flush();
  }
}
