package io.flinklm.job;

import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;

/**
 * What a lane tells the trainer: a chunk to learn from, or tokens that were refused. One of the two
 * is null. Refusals travel with the chunks so that all counters lie in one place and in one
 * checkpoint.
 *
 * @param lane whose event it is; {@link LaneText#NO_LANE} for refused text without a lane
 * @param chunk to learn from or to score
 * @param refusal tokens to count
 */
public record LaneEvent(int lane, Chunk chunk, Refusal refusal) {

  static LaneEvent of(Chunk chunk) {
    return new LaneEvent(chunk.lane(), chunk, null);
  }

  static LaneEvent of(int lane, Refusal refusal) {
    return new LaneEvent(lane, null, refusal);
  }
}
