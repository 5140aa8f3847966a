package io.flinklm.bench.predictions;

import java.util.List;
import java.util.stream.Stream;

/**
 * How long each of many things took.
 *
 * @param milliseconds of each, the shortest first
 */
record Latencies(List<Double> milliseconds) {
  Latencies {
    milliseconds = milliseconds.stream().sorted().toList();
  }

  /** Those of all of them. */
  static Latencies ofAll(Stream<Latencies> several) {
    return new Latencies(several.flatMap(one -> one.milliseconds.stream()).toList());
  }

  /** The time within which so many of a hundred were done; NaN if there is none at all. */
  double percentile(int percent) {
    int size = milliseconds.size();
    // The nearest rank: a time that was taken, never one between two.
    int rank = Math.max(1, -Math.floorDiv(-size * percent, 100));
    return size == 0 ? Double.NaN : milliseconds.get(rank - 1);
  }

  /** The longest time; NaN if there is none at all. */
  double longest() {
    return percentile(100);
  }
}
