package io.flinklm.lane;

import io.flinklm.UserMistake;
import java.util.Optional;

/**
 * Where each lane's text lies in a corpus. The corpus is cut into windows of {@code bptt} inputs
 * with their targets, one token apart; the first 80% of them, or another share, are the train
 * split, the rest the valid split. Each split is dealt to the lanes in one of two ways:
 *
 * <ul>
 *   <li>contiguous, the chapter's {@code group_chunks}: each lane gets an equal contiguous run, the
 *       remainder is dropped. A lane of m windows is m * bptt + 1 tokens: its last target is the
 *       first token of the next lane.
 *   <li>as samples, for models without memory: window i goes to lane i modulo the lanes, so that
 *       the batches are the windows in the order of the text. A lane of m windows is m * (bptt + 1)
 *       tokens, since neighbours share none. Training drops the last batch if it is not full,
 *       validation keeps it.
 * </ul>
 *
 * A text that can be parted only between pieces is laid into lanes {@link #along} them.
 *
 * @param count how many lanes
 * @param cut how text is cut into windows
 * @param trainWindows windows in the whole train split, remainder included
 * @param validWindows windows in the whole valid split, remainder included
 * @param pieces where the lanes lie in a text of pieces; empty where it may be parted anywhere
 */
public record Lanes(
    int count, Windows cut, int trainWindows, int validWindows, Optional<PieceLanes> pieces) {

  /** The share of the windows that are evaluated and not trained on, where nobody says another. */
  public static final double VALID_SHARE = 0.2;

  /** Lanes in a text that may be parted anywhere. */
  public Lanes(int count, Windows cut, int trainWindows, int validWindows) {
    this(count, cut, trainWindows, validWindows, Optional.empty());
  }

  /**
   * Lays contiguous lanes into a corpus.
   *
   * @param tokens in the corpus
   * @throws UserMistake if there are fewer tokens than one window a lane needs
   */
  public static Lanes of(int tokens, int count, int bptt) {
    return of(tokens, count, new Windows(bptt, true));
  }

  /**
   * Lays lanes into a corpus.
   *
   * @param tokens in the corpus
   * @throws UserMistake if there are fewer tokens than one window a lane needs
   */
  public static Lanes of(int tokens, int count, Windows cut) {
    return of(tokens, count, cut, VALID_SHARE);
  }

  /**
   * The same with another share of the windows in the valid split.
   *
   * @param validShare from 0, for none, to less than 1
   * @throws UserMistake if there are fewer tokens than one window a lane needs
   */
  public static Lanes of(int tokens, int count, Windows cut, double validShare) {
    int bptt = cut.bptt();
    if (count < 1 || bptt < 1) {
      throw new UserMistake(
          "expected at least one lane and one token a window, found --lanes "
              + count
              + " --bptt "
              + bptt);
    }
    long needed = (long) count * cut.length();
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
    int train = Math.max((int) (windows * (1 - validShare)), count);
    return new Lanes(count, cut, train, windows - train);
  }

  /**
   * The same lanes in a text that can be parted only between pieces.
   *
   * @param pieceStarts indexes of the first tokens of its pieces and, behind them, the number of
   *     tokens; none for a text that may be parted anywhere
   * @throws UserMistake if a lane has no window to train on
   */
  public Lanes along(int[] pieceStarts) {
    if (pieceStarts.length == 0) {
      return this;
    }
    int trainTokens =
        validWindows == 0 ? pieceStarts[pieceStarts.length - 1] : trainWindows * bptt();
    PieceLanes laid = PieceLanes.of(pieceStarts, trainTokens, count, cut);
    return new Lanes(count, cut, trainWindows, validWindows, Optional.of(laid));
  }

  /** Inputs in a window. */
  public int bptt() {
    return cut.bptt();
  }

  /** Batches of a split: windows of the lane that has the most. */
  public int windows(Split split) {
    return pieces
        .map(laid -> (int) cut.count(laid.longest(split)))
        .orElseGet(() -> windows(split, 0));
  }

  /** Windows of a lane in a split. */
  public int windows(Split split, int lane) {
    if (pieces.isPresent()) {
      return (int) cut.count(pieces.get().of(split, lane).length());
    }
    boolean remainderKept = !cut.contiguous() && split == Split.VALID;
    return remainderKept
        ? (validWindows + count - 1 - lane) / count
        : (split == Split.TRAIN ? trainWindows : validWindows) / count;
  }

  /** Tokens of the longest lane in a split; 0 where it has no window. */
  public int length(Split split) {
    return pieces.map(laid -> laid.longest(split)).orElseGet(() -> length(split, 0));
  }

  /** Tokens of a lane in a split; 0 where it has no window. */
  public int length(Split split, int lane) {
    return pieces
        .map(laid -> laid.of(split, lane).length())
        .orElseGet(() -> cut.tokens(windows(split, lane)));
  }

  /** Index in the corpus of a lane's first token in a split. */
  public int start(Split split, int lane) {
    return index(split, lane, 0);
  }

  /** Index in the corpus of a lane's token at a position of its segment. */
  public int index(Split split, int lane, int position) {
    if (pieces.isPresent()) {
      return pieces.get().of(split, lane).start() + position;
    }
    int first = split == Split.TRAIN ? 0 : trainWindows;
    if (cut.contiguous()) {
      return (first + lane * windows(split)) * bptt() + position;
    }
    int window = position / cut.length() * count + lane;
    return (first + window) * bptt() + position % cut.length();
  }

  /** Training steps in so many epochs. */
  public long steps(int epochs) {
    return (long) epochs * windows(Split.TRAIN);
  }

  /** Tokens of all lanes and both splits in one epoch. */
  public long tokensPerEpoch() {
    long tokens = 0;
    for (int lane = 0; lane < count; lane++) {
      tokens += length(Split.TRAIN, lane) + length(Split.VALID, lane);
    }
    return tokens;
  }
}
