package io.flinklm.cli.screen;

import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a count has been growing over the last 2 seconds of the clock that it is given. */
final class RecentRate {
  private static final double WINDOW = 2;

  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(double seconds, long count) {}

  /** Notes the count at a time. Where either goes back, a new measurement begins. */
  void add(double seconds, long count) {
    Sample newest = samples.peekLast();
    if (newest != null && (seconds < newest.seconds() || count < newest.count())) {
      samples.clear();
    }
    Sample dropped = null;
    while (!samples.isEmpty() && samples.peekFirst().seconds() <= seconds - WINDOW) {
      dropped = samples.pollFirst();
    }
    if (dropped != null) {
      samples.addFirst(dropped);
    }
    samples.addLast(new Sample(seconds, count));
  }

  /** Count per second; NaN until time has passed between two samples. */
  double perSecond() {
    if (samples.isEmpty()) {
      return Double.NaN;
    }
    Sample oldest = samples.peekFirst();
    Sample newest = samples.peekLast();
    double seconds = newest.seconds() - oldest.seconds();
    return seconds > 0 ? (newest.count() - oldest.count()) / seconds : Double.NaN;
  }
}
