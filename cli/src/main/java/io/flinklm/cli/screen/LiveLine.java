package io.flinklm.cli.screen;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * A line of a terminal that is redrawn in place, and the lines above it, which stay.
 *
 * <p>The library's own consumer opens the terminal through JLine, which gives SIGINT back to the
 * operating system: Ctrl-C would then kill the process before its shutdown hooks. This one only
 * writes.
 */
final class LiveLine implements ProgressBarConsumer {
  private static final String ERASE = "\r\033[K";

  // Without wrapping, a terminal made narrower cuts the line; a wrapped one could not be erased.
  private static final String NO_WRAP = "\033[?7l";
  private static final String WRAP = "\033[?7h";

  private final PrintStream out;
  private final int columns;
  private String text = "";
  private boolean closed;

  LiveLine(PrintStream out, int columns) {
    this.out = out;
    this.columns = columns;
  }

  /**
   * The last column stays free: a cursor beyond it would move some terminals to the next line. So
   * do two more, for the {@code ^C} that a terminal adds.
   */
  @Override
  public int getMaxRenderedLength() {
    return columns - 3;
  }

  @Override
  public synchronized void accept(String rendered) {
    if (!closed) {
      text = rendered.length() < columns ? rendered : rendered.substring(0, columns - 1);
      write(ERASE + drawn());
    }
  }

  /** Adds a line that stays, above the live one. */
  synchronized void above(String line) {
    write((closed ? "" : ERASE) + line + System.lineSeparator() + drawn());
  }

  @Override
  public synchronized void clear() {
    accept("");
  }

  /** From now on lines can still be added; nothing is drawn in place. */
  @Override
  public synchronized void close() {
    closed = true;
  }

  private String drawn() {
    return closed || text.isEmpty() ? "" : NO_WRAP + text + WRAP;
  }

  // In one piece, so that another writer to the same stream cannot come in between.
  private void write(String piece) {
    out.print(piece);
    out.flush();
  }
}
