package io.flinklm.bench.measure;

import io.flinklm.cli.screen.Figures;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How fast something was in each of several rounds.
 *
 * @param ofRounds at least one
 */
public record Rates(List<Double> ofRounds) {
  public Rates {
    ofRounds = List.copyOf(ofRounds);
  }

  /** The middle one. */
  public double median() {
    return Figures.median(ofRounds);
  }

  /** The lowest one. */
  public double lowest() {
    return Collections.min(ofRounds);
  }

  /** The highest one. */
  public double highest() {
    return Collections.max(ofRounds);
  }

  /** Each round's rate in relation to that of another in the same round. */
  public Rates to(Rates other) {
    return new Rates(
        IntStream.range(0, ofRounds.size())
            .mapToObj(round -> ofRounds.get(round) / other.ofRounds.get(round))
            .toList());
  }

  /** The same in another unit. */
  public Rates times(double factor) {
    return new Rates(ofRounds.stream().map(rate -> rate * factor).toList());
  }
}
