package io.flinklm.local;

import io.flinklm.train.Report;
import java.io.PrintStream;

/** The display of a pipe or a log: whole lines only. */
final class PlainDisplay implements Display {
  /** Seconds of training without a row after which progress is told. */
  private static final double SILENCE = 10;

  private final PrintStream out;
  private final Progress progress;
  private final EpochTable table = new EpochTable();
  private double told = Double.NaN;

  PlainDisplay(PrintStream out, Progress progress) {
    this.out = out;
    this.progress = progress;
  }

  @Override
  public synchronized void show(Report report) {
    if (Double.isNaN(told)) {
      out.println(EpochTable.header());
      told = report.seconds();
    }
    progress.add(report);
    for (String row : table.add(report)) {
      out.println(row);
      told = report.seconds();
    }
    if (report.seconds() - told >= SILENCE) {
      out.println(progress.line());
      told = report.seconds();
    }
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
