package io.flinklm.lane;

import io.flinklm.UserMistake;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where each lane lies in a text that can be parted only between its pieces: lanes begin with a
 * piece and end with one. All have as many windows as the shortest; what the last piece of a lane
 * has behind them makes a few windows more, or a tail.
 *
 * @param train by lane, its text of the train split
 * @param valid by lane, its text of the valid split; of length 0 where that is too short for all
 */
record PieceLanes(List<Run> train, List<Run> valid) {

  /** A run of tokens in a text. */
  record Run(int start, int length) {}

  /**
   * Lays lanes into a text.
   *
   * @param starts indexes of the first tokens of its pieces and, behind them, the number of tokens
   * @param trainTokens about how many are to be trained on
   * @throws UserMistake if a lane has no window to train on
   */
  static PieceLanes of(int[] starts, int trainTokens, int count, Windows cut) {
    int all = starts[starts.length - 1];
    int border = border(starts, trainTokens);
    List<Run> train = runs(starts, 0, border, count, cut);
    if (train.get(0).length() == 0) {
      throw new UserMistake(
          "the corpus is too short: it has %d tokens in %d pieces, and each of %d lanes begins with a piece and needs %d + 1 tokens; give more text, fewer --lanes or a smaller --bptt"
              .formatted(all, starts.length - 1, count, cut.bptt()));
    }
    return new PieceLanes(train, runs(starts, border, all, count, cut));
  }

  private static List<Run> runs(int[] starts, int from, int to, int count, Windows cut) {
    int[] begins =
        IntStream.rangeClosed(0, count)
            .map(lane -> border(starts, from + (int) ((long) (to - from) * lane / count)))
            .toArray();
    int fewest =
        IntStream.range(0, count)
            .map(lane -> (int) cut.count(begins[lane + 1] - begins[lane]))
            .min()
            .orElseThrow();
    return IntStream.range(0, count)
        .mapToObj(
            lane ->
                new Run(
                    begins[lane], border(starts, begins[lane] + cut.tokens(fewest)) - begins[lane]))
        .toList();
  }

  /** The first border between pieces at an index or behind it. */
  private static int border(int[] starts, int index) {
    int found = Arrays.binarySearch(starts, index);
    return starts[found >= 0 ? found : -found - 1];
  }

  /** A lane's text in a split. */
  Run of(Split split, int lane) {
    return (split == Split.TRAIN ? train : valid).get(lane);
  }

  /** Tokens of the longest lane in a split. */
  int longest(Split split) {
    return (split == Split.TRAIN ? train : valid).stream().mapToInt(Run::length).max().orElse(0);
  }
}
