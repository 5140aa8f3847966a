package io.flinklm.bench.continuations;

import io.flinklm.text.HumanNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a model said that the next number is.
 *
 * @param counted the numbers before, and the right one
 * @param found what the model said, up to the separator
 */
record ContinuedNumbers(CountedNumbers counted, String found) {
  private static final List<String> PLACES = List.of("thousands", "hundreds", "tens", "ones");
  private static final int THOUSAND = 1_000;
  private static final int TEN = 10;

  boolean isRight() {
    return found.equals(counted.next());
  }

  /** What is wrong, in a few words: the decimal places, where it is a number at all. */
  String mistake() {
    if (counted.next().startsWith(found + " ") || found.isEmpty()) {
      return "stops too early";
    }
    if (found.startsWith(counted.next() + " ")) {
      return "does not stop";
    }
    OptionalInt number = HumanNumbers.number(found);
    if (number.isEmpty()) {
      return "no number";
    }
    List<String> wrong = new ArrayList<>();
    int unit = THOUSAND;
    for (String place : PLACES) {
      if (number.getAsInt() / unit % TEN != expected() / unit % TEN) {
        wrong.add(place);
      }
      unit /= TEN;
    }
    return String.join(", ", wrong);
  }

  /** The thousand that the right number belongs to. */
  String thousand() {
    int from = expected() / THOUSAND * THOUSAND;
    return from + " to " + (from + THOUSAND - 1);
  }

  /** Whether more than the ones change from the last number before to the right one. */
  String change() {
    return expected() % TEN == 0 ? "a new ten" : "within a ten";
  }

  private int expected() {
    return HumanNumbers.number(counted.next()).orElseThrow();
  }
}
