package io.flinklm.cli.screen;

import io.flinklm.train.Report;
import java.io.PrintStream;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** The display of a terminal: the table grows above one live line. */
final class LiveDisplay implements Display {
  private static final int REDRAW_MILLISECONDS = 100;

  private final Progress progress;
  private final Optional<EpochTable> table;
  private final LiveLine live;
  private final ProgressBar redraws;
  private boolean begun;

  /**
   * @param table its rows appear above the line; empty for the line alone
   * @param columns width of the terminal
   */
  LiveDisplay(PrintStream out, Progress progress, Optional<EpochTable> table, int columns) {
    this.progress = progress;
    this.table = table;
    this.live = new LiveLine(out, columns);
    this.redraws =
        new ProgressBarBuilder()
            .setConsumer(live)
            .setRenderer((state, width) -> line(width))
            .setUpdateIntervalMillis(REDRAW_MILLISECONDS)
            .continuousUpdate()
            .clearDisplayOnFinish()
            .build();
  }

  @Override
  public synchronized void show(Report report) {
    progress.add(report);
    if (!begun) {
      table.ifPresent(any -> live.above(EpochTable.header()));
      begun = true;
    }
    table.ifPresent(rows -> rows.add(report).forEach(live::above));
  }

  @Override
  public synchronized void refused(long tokens) {
    progress.refused(tokens);
  }

  @Override
  public void say(String line) {
    live.above(line);
  }

  private synchronized String line(int width) {
    return progress.line(width);
  }

  // Not synchronized: it waits for a last redraw, which needs the lock.
  @Override
  public void close() {
    redraws.close();
  }
}
