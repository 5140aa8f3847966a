package io.flinklm.job.wire;

import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;

/**
 * What a lane tells the trainer: a chunk to learn from, tokens that were refused, or, before a
 * barrier, how far the topic was read. The others are null. Refusals travel with the chunks so that
 * all counters lie in one place and in one checkpoint.
 *
 * @param lane whose event it is; {@link LaneText#NO_LANE} for refused text without a lane
 * @param chunk to learn from or to score
 * @param refusal tokens to count
 * @param offsets how far the topic was read by one of its readers
 */
public record LaneEvent(int lane, Chunk chunk, Refusal refusal, TextOffsets offsets) {

  /** A chunk of a lane. */
  public static LaneEvent of(Chunk chunk) {
    return new LaneEvent(chunk.lane(), chunk, null, null);
  }

  /** Tokens of a lane that were refused. */
  public static LaneEvent of(int lane, Refusal refusal) {
    return new LaneEvent(lane, null, refusal, null);
  }

  /** Offsets that all before it belongs to. */
  public static LaneEvent of(TextOffsets offsets) {
    return new LaneEvent(LaneText.NO_LANE, null, null, offsets);
  }
}
