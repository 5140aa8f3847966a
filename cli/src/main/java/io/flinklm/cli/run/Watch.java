package io.flinklm.cli.run;

import io.flinklm.cli.screen.Display;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.train.Report;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Somebody who looks on from outside: shows what the newest run has reported lately and what it
 * reports from now on, and says so when nothing comes. Where several trainings report, it is one of
 * them, until that is silent and another is not.
 *
 * @param follower of the reports, from some of the past on
 * @param display where they are shown
 * @param interruption the wish to look no longer
 * @param nanoTime clock in nanoseconds from any origin
 */
public record Watch(
    MetricsFollower follower, Display display, Interruption interruption, LongSupplier nanoTime) {
  static final Duration SILENCE = Duration.ofSeconds(10);

  /** Looks on until the run ends; gives its last report, or empty if interrupted before. */
  public Optional<Report.RunEnd> toTheEnd() {
    List<Report> past = follower.rest();
    List<Report> reports = newestRun(ofLast(past));
    String lineage = past.isEmpty() ? null : past.get(past.size() - 1).lineage();
    long heard = nanoTime.getAsLong();
    boolean said = false;
    while (!interruption.isWished()) {
      for (Report report : reports) {
        display.show(report);
        if (report instanceof Report.RunEnd end) {
          return Optional.of(end);
        }
      }
      if (!reports.isEmpty()) {
        heard = nanoTime.getAsLong();
        said = false;
      } else if (!said && nanoTime.getAsLong() - heard >= SILENCE.toNanos()) {
        display.say(
            "Nothing has come for %d s: no job is running, or it waits for text"
                .formatted(SILENCE.toSeconds()));
        said = true;
      }
      reports = follower.next();
      boolean silent = nanoTime.getAsLong() - heard >= SILENCE.toNanos();
      if (lineage == null || (silent && ofLineage(reports, lineage).isEmpty())) {
        lineage = reports.isEmpty() ? lineage : reports.get(reports.size() - 1).lineage();
      }
      reports = ofLineage(reports, lineage);
    }
    return Optional.empty();
  }

  private static List<Report> ofLast(List<Report> reports) {
    return reports.isEmpty()
        ? reports
        : ofLineage(reports, reports.get(reports.size() - 1).lineage());
  }

  private static List<Report> ofLineage(List<Report> reports, String lineage) {
    return reports.stream().filter(report -> Objects.equals(lineage, report.lineage())).toList();
  }

  /** Reports of the run that the last one is of: behind the end of another, or from its start. */
  static List<Report> newestRun(List<Report> reports) {
    int start = 0;
    for (int i = 1; i < reports.size(); i++) {
      Report report = reports.get(i);
      boolean first = report.step() == 1 && reports.get(i - 1).step() > 1;
      if (first || reports.get(i - 1) instanceof Report.RunEnd) {
        start = i;
      }
    }
    return reports.subList(start, reports.size());
  }
}
