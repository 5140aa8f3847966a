package io.flinklm.topics;

/**
 * How unusual a record of text was to the model that had not seen it yet.
 *
 * @param lane of the record
 * @param epoch of the record
 * @param split of the record
 * @param position of its first token in its segment
 * @param partition of the topic {@code text}
 * @param offset of the record there
 * @param tokens that were taken
 * @param scored how many of them were predicted: not a segment's first, nor those beside a hole
 * @param bitsPerToken mean surprisal of those; NaN if there are none
 * @param leastExpected the token of the largest surprisal, only the beginning of a long one; null
 *     if there is none
 * @param leastExpectedBits its surprisal
 * @param step steps that the weights had done, at the last of its tokens
 */
public record Score(
    int lane,
    int epoch,
    String split,
    long position,
    int partition,
    long offset,
    int tokens,
    int scored,
    double bitsPerToken,
    String leastExpected,
    double leastExpectedBits,
    long step) {

  /** Code points of a token that are shown. */
  public static final int LONGEST_TOKEN = 200;
}
