package io.flinklm.lane;

import io.flinklm.UserMistake;

/**
 * Where each lane's text lies in a corpus: the chapter's {@code group_chunks}. The corpus is cut
 * into windows of {@code bptt} tokens; the first 80% of them are the train split, the rest the
 * valid split; each split is dealt to the lanes in equal contiguous runs, the remainder dropped. A
 * lane of m windows is m * bptt + 1 tokens: its last target is the first token of the next lane.
 *
 * @param count how many lanes
 * @param bptt tokens in a window
 * @param trainWindows windows in the whole train split, remainder included
 * @param validWindows windows in the whole valid split, remainder included
 */
public record Lanes(int count, int bptt, int trainWindows, int validWindows) {
  private static final double TRAIN_SHARE = 0.8;

  /**
   * Lays lanes into a corpus.
   *
   * @param tokens in the corpus
   * @throws UserMistake if there are fewer tokens than one window a lane needs
   */
  public static Lanes of(int tokens, int count, int bptt) {
    if (count < 1 || bptt < 1) {
      throw new UserMistake(
          "expected at least one lane and one token a window, found --lanes "
              + count
              + " --bptt "
              + bptt);
    }
    long needed = (long) count * (bptt + 1);
    if (tokens < needed) {
      throw new UserMistake(
          "the corpus is too short: it has "
              + tokens
              + " tokens, and "
              + count
              + " lanes x ("
              + bptt
              + " + 1) tokens need "
              + needed
              + "; give more text, fewer --lanes or a smaller --bptt");
    }
    int windows = (tokens - 1) / bptt;
    // A short corpus still gives every lane one window to train on, if need be with none to score.
    int train = Math.max((int) (windows * TRAIN_SHARE), count);
    return new Lanes(count, bptt, train, windows - train);
  }

  /** Windows of each lane in a split: its batches. */
  public int windows(Split split) {
    return (split == Split.TRAIN ? trainWindows : validWindows) / count;
  }

  /** Tokens of each lane in a split; 0 where it has no window. */
  public int length(Split split) {
    return windows(split) == 0 ? 0 : windows(split) * bptt + 1;
  }

  /** Index in the corpus of a lane's first token in a split. */
  public int start(Split split, int lane) {
    int firstWindow = split == Split.TRAIN ? 0 : trainWindows;
    return (firstWindow + lane * windows(split)) * bptt;
  }

  /** Training steps in so many epochs. */
  public long steps(int epochs) {
    return (long) epochs * windows(Split.TRAIN);
  }

  /** Tokens of all lanes and both splits in one epoch. */
  public long tokensPerEpoch() {
    return (long) count * (length(Split.TRAIN) + length(Split.VALID));
  }
}
