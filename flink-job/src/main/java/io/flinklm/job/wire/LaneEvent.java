package io.flinklm.job.wire;

import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;

/**
 * What a lane tells the trainer. Refusals travel with the chunks so that all counters lie in one
 * place and in one checkpoint.
 */
public sealed interface LaneEvent {

  /** The lane whose event it is; {@link LaneText#NO_LANE} for what belongs to none. */
  int lane();

  /**
   * A chunk to learn from or to score.
   *
   * @param chunk of the lane
   */
  record Cut(Chunk chunk) implements LaneEvent {
    @Override
    public int lane() {
      return chunk.lane();
    }
  }

  /**
   * Tokens to count as refused.
   *
   * @param lane of the tokens
   * @param refusal why, and how many
   */
  record Refused(int lane, Refusal refusal) implements LaneEvent {}

  /**
   * How far the topic was read by one of its readers, as it is told before a barrier.
   *
   * @param offsets by partition
   */
  record Offsets(TextOffsets offsets) implements LaneEvent {
    @Override
    public int lane() {
      return LaneText.NO_LANE;
    }
  }

  /** A chunk of a lane. */
  static LaneEvent of(Chunk chunk) {
    return new Cut(chunk);
  }

  /** Tokens of a lane that were refused. */
  static LaneEvent of(int lane, Refusal refusal) {
    return new Refused(lane, refusal);
  }

  /** Offsets that all before it belongs to. */
  static LaneEvent of(TextOffsets offsets) {
    return new Offsets(offsets);
  }
}
