package io.flinklm.cli.screen;

import io.flinklm.lane.Split;
import io.flinklm.train.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How far a run is, as one line: epoch, step, loss and accuracy of the last training batch, speed,
 * tokens refused, time left. Parts that stand for something unknown are left out.
 */
final class Progress {
  private static final int SHORTEST_BAR = 10;
  private static final int LONGEST_BAR = 40;

  private final String run;
  private final OptionalInt epochs;
  private final OptionalLong steps;
  private final RecentRate tokens = new RecentRate();

  // The first report seen, from which the pace is taken: an earlier run may have made other steps.
  private Report first;
  private Report last;
  private double loss = Double.NaN;
  private double accuracy = Double.NaN;
  private long refused;

  /**
   * @param run what the line begins with, if the run has to be named
   */
  Progress(String run, OptionalInt epochs, OptionalLong steps) {
    this.run = run;
    this.epochs = epochs;
    this.steps = steps;
  }

  void add(Report report) {
    if (last == null || report.step() < last.step() || report.seconds() < last.seconds()) {
      refused = last == null ? refused : 0;
      first = report;
    }
    last = report;
    refused(report.refusedBesideTails());
    tokens.add(report.seconds(), report.tokensTrained());
    if (report instanceof Report.Step && Split.TRAIN.label().equals(report.split())) {
      loss = report.loss();
      accuracy = report.accuracy();
    }
  }

  /** Takes up how many tokens are refused by now. What is older than a report is no news. */
  void refused(long tokens) {
    refused = Math.max(refused, tokens);
  }

  /** The line without a bar, as long as it needs to be. */
  String line() {
    List<String> parts = new ArrayList<>(run.isEmpty() ? List.of() : List.of(run));
    if (last == null) {
      parts.add("waiting for the first batch");
      addRefused(parts);
      return String.join("  ", parts);
    }
    parts.add("epoch " + of(last.epoch() + 1, epochs.isPresent() ? epochs.getAsInt() : 0));
    parts.add("step " + of(last.step(), steps.orElse(0)));
    parts.add("loss " + Figures.shortDecimal(loss));
    parts.add("accuracy " + Figures.shortDecimal(accuracy));
    parts.add(Figures.shortRate(tokens.perSecond()) + " tokens/s");
    addRefused(parts);
    if (steps.isPresent()) {
      parts.add(Figures.clock(secondsLeft()) + " left");
    }
    return String.join("  ", parts);
  }

  private void addRefused(List<String> parts) {
    if (refused > 0) {
      parts.add(Figures.count(refused) + " refused");
    }
  }

  /** The line, with a bar if there is room for one in this many columns. */
  String line(int columns) {
    String line = line();
    int room = columns - line.length() - 2;
    if (last == null || steps.isEmpty() || room < SHORTEST_BAR) {
      return line;
    }
    double share = (double) last.step() / steps.getAsLong();
    return line + "  " + Bar.of(share, Math.min(room, LONGEST_BAR));
  }

  private double secondsLeft() {
    double pace = (last.seconds() - first.seconds()) / (last.step() - first.step());
    return pace * Math.max(0, steps.getAsLong() - last.step());
  }

  private static String of(long done, long all) {
    return all > 0 ? done + "/" + all : Long.toString(done);
  }
}
