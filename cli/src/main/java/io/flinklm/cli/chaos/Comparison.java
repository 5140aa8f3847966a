package io.flinklm.cli.chaos;

import io.flinklm.train.Report;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The reports of a run beside those of another that nobody disturbed: each must be the same but for
 * its time, also one that came twice because its step was made again.
 */
final class Comparison {
  /** What names a report of a run. */
  private record Place(Class<? extends Report> kind, int epoch, String split, int index) {
    static Place of(Report report) {
      return new Place(report.getClass(), report.epoch(), report.split(), report.index());
    }
  }

  private final Map<Place, Report> expected = new HashMap<>();
  private final List<Report> others = new ArrayList<>();
  private final long steps;
  private long step;
  private Report.RunEnd end;

  /**
   * A comparison before the first report.
   *
   * @param undisturbed all reports of the other run, its end the last
   */
  Comparison(List<Report> undisturbed) {
    this.steps = undisturbed.get(undisturbed.size() - 1).step();
    undisturbed.forEach(report -> expected.put(Place.of(report), report.withoutTime()));
  }

  void add(Report report) {
    step = report.step();
    if (!report.withoutTime().equals(expected.get(Place.of(report)))) {
      others.add(report);
    }
    if (report instanceof Report.RunEnd last) {
      end = last;
    }
  }

  /** Steps of the whole run. */
  long steps() {
    return steps;
  }

  /** The step that was reported last; 0 before the first. */
  long step() {
    return step;
  }

  boolean isAtEnd() {
    return end != null;
  }

  /** The last report; null before it has come. */
  Report.RunEnd end() {
    return end;
  }

  /** What is not the same, in words; nothing if all is. */
  List<String> differences() {
    List<String> differences = differencesUpToHere();
    if (end == null) {
      differences.add("the run has no end");
    }
    return differences;
  }

  /** The same of a run that need not have come to its end. */
  List<String> differencesUpToHere() {
    List<String> differences = new ArrayList<>();
    for (Report other : others) {
      differences.add(
          "expected " + expected.get(Place.of(other)) + ", found " + other.withoutTime());
    }
    return differences;
  }
}
