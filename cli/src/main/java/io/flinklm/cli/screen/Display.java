package io.flinklm.cli.screen;

import io.flinklm.train.Report;
import java.io.PrintStream;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Training as a person sees it while it runs: how far it is, and a table with one row an epoch.
 *
 * <p>On a terminal the progress is one live line, redrawn in place below the table until {@link
 * #close()}. Elsewhere (a pipe, a log) there are only whole lines without control characters: the
 * table's rows and, when no row came for 10 seconds of training, a line of progress; so too when
 * text was refused and nothing was told for 10 seconds.
 *
 * <p>Any thread may show and close. A replayed epoch, as after a failure, gets no second row.
 */
public sealed interface Display extends AutoCloseable permits LiveDisplay, PlainDisplay {

  /**
   * Takes up one report of one run, in the order in which they were made. {@link Report.RunEnd}
   * gives the last epoch its row if it was still waiting for validation.
   */
  void show(Report report);

  /** Takes up how many tokens are refused by now, which no report may tell. */
  void refused(long tokens);

  /** Says something beside the reports, in a line that stays. */
  void say(String line);

  /** Takes the live line away; the table stays. */
  @Override
  void close();

  /**
   * A display that draws on {@code out} from now on. Until the first report it says that it waits
   * for one, so it is made when everything has started and nothing else writes there.
   *
   * @param out where to draw, with no other writer until the display is closed
   * @param epochs how many the run has; empty if that is not known
   * @param steps how many the run has, counted as in {@link Report#step()}; empty if not known:
   *     then no time left is shown
   * @param terminal whether {@code out} is a terminal, see {@link Terminal#shows}
   */
  static Display on(PrintStream out, OptionalInt epochs, OptionalLong steps, boolean terminal) {
    return of(out, new Progress("", epochs, steps), Optional.of(new EpochTable()), terminal);
  }

  /**
   * The same without the table: only how far one of several runs is.
   *
   * @param run what the line begins with
   */
  static Display ofProgress(
      PrintStream out, String run, OptionalInt epochs, OptionalLong steps, boolean terminal) {
    return of(out, new Progress(run, epochs, steps), Optional.empty(), terminal);
  }

  private static Display of(
      PrintStream out, Progress progress, Optional<EpochTable> table, boolean terminal) {
    return terminal
        ? new LiveDisplay(out, progress, table, Terminal.columns())
        : new PlainDisplay(out, progress, table);
  }
}
