package io.flinklm.topics;

import io.flinklm.stream.StreamName;
import java.nio.charset.StandardCharsets;

/**
 * How unusual a record of text was to the model that had not seen it yet.
 *
 * @param lane of the record; {@link #NO_LANE} for one of a stream
 * @param stream of the record, by its name; null for one of a lane
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
 * @param streamMean running mean of the records of its stream or lane before it, in bits per token;
 *     NaN while they are too few
 * @param streamDeviation their deviation, likewise
 * @param deviations by how many of those it is above that mean, likewise
 */
public record Score(
    int lane,
    String stream,
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
    long step,
    double streamMean,
    double streamDeviation,
    double deviations) {

  /** The lane of what is of a stream. */
  public static final int NO_LANE = -1;

  /** Code points of a token that are shown. */
  public static final int LONGEST_TOKEN = 200;

  /** The key by which its record is sent: the lane, or that of its stream; null for none. */
  public byte[] key() {
    return stream == null
        ? Integer.toString(lane).getBytes(StandardCharsets.UTF_8)
        : StreamName.key(stream).orElse(null);
  }

  /** Whose text it is of, for a person: the lane's number, or the stream's key or partition. */
  public String owner() {
    return stream == null
        ? Integer.toString(lane)
        : StreamName.keyText(stream).orElse("partition " + partition);
  }
}
