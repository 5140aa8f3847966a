package io.flinklm.bench.continuations;

import io.flinklm.lane.Lanes;
import io.flinklm.lane.Split;
import io.flinklm.text.HumanNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Consecutive human numbers, and the one that follows them.
 *
 * @param numbers in words
 * @param next in words
 */
record CountedNumbers(List<String> numbers, String next) {
  private static final String SEPARATOR = ".";

  /**
   * Numbers that lie, with the one that follows, behind all text that is trained on: taken evenly
   * from there.
   *
   * @param count how many times, at least once
   * @param each how many numbers
   */
  static List<CountedNumbers> ofValidation(int count, int each, Lanes lanes) {
    List<String> unseen = unseen(lanes);
    int beginnings = unseen.size() - each;
    return IntStream.range(0, count)
        .map(i -> (int) ((long) i * beginnings / count))
        .mapToObj(i -> new CountedNumbers(unseen.subList(i, i + each), unseen.get(i + each)))
        .toList();
  }

  // A number counts with the separator behind it, by which a model says that it is complete.
  private static List<String> unseen(Lanes lanes) {
    int from = lanes.start(Split.VALID, 0);
    int to = from + lanes.validWindows() * lanes.bptt() + 1;
    List<String> unseen = new ArrayList<>();
    int position = 0;
    for (String number : HumanNumbers.lines()) {
      int end = position + number.split(" ").length + 1;
      if (position >= from && end <= to) {
        unseen.add(number);
      }
      position = end;
    }
    return unseen;
  }

  /** In how many places that many numbers can begin there. */
  static int places(int each, Lanes lanes) {
    return unseen(lanes).size() - each;
  }

  /** The text up to the first token of the number that follows. */
  String prompt() {
    return String.join(" " + SEPARATOR + " ", numbers) + " " + SEPARATOR;
  }

  /** The number that a continuation of the prompt says, as far as it goes. */
  static String number(String continuation) {
    String padded = " " + continuation + " ";
    int end = padded.indexOf(" " + SEPARATOR + " ");
    return (end < 0 ? padded : padded.substring(0, end)).strip();
  }
}
