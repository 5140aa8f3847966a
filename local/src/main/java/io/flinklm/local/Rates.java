package io.flinklm.local;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How fast something was in each of several rounds.
 *
 * @param ofRounds at least one
 */
record Rates(List<Double> ofRounds) {
  Rates {
    ofRounds = List.copyOf(ofRounds);
  }

  double median() {
    return Figures.median(ofRounds);
  }

  double lowest() {
    return Collections.min(ofRounds);
  }

  double highest() {
    return Collections.max(ofRounds);
  }

  /** Each round's rate in relation to that of another in the same round. */
  Rates to(Rates other) {
    return new Rates(
        IntStream.range(0, ofRounds.size())
            .mapToObj(round -> ofRounds.get(round) / other.ofRounds.get(round))
            .toList());
  }

  /** The same in another unit. */
  Rates times(double factor) {
    return new Rates(ofRounds.stream().map(rate -> rate * factor).toList());
  }
}
