package io.flinklm.job.wire;

import io.flinklm.lane.Refusal;
import io.flinklm.stream.StreamChunk;
import io.flinklm.stream.StreamEnd;
import io.flinklm.stream.StreamName;

/**
 * What a stream tells the trainer. Refusals travel with the chunks so that all counters lie in one
 * place and in one checkpoint.
 */
public sealed interface StreamEvent {

  /** The stream whose event it is; {@link StreamName#NONE} for what belongs to none. */
  String stream();

  /**
   * A chunk to learn from.
   *
   * @param chunk of the stream
   */
  record Cut(StreamChunk chunk) implements StreamEvent {
    @Override
    public String stream() {
      return chunk.stream();
    }
  }

  /**
   * The end of a stream that was silent for its time to live.
   *
   * @param end of the stream
   */
  record Ended(StreamEnd end) implements StreamEvent {
    @Override
    public String stream() {
      return end.stream();
    }
  }

  /**
   * Tokens to count as refused.
   *
   * @param refusal why, and how many
   */
  record Refused(Refusal refusal) implements StreamEvent {
    @Override
    public String stream() {
      return StreamName.NONE;
    }
  }

  /**
   * How far the topic was read by one of its readers, as it is told before a barrier.
   *
   * @param offsets by partition
   */
  record Offsets(TextOffsets offsets) implements StreamEvent {
    @Override
    public String stream() {
      return StreamName.NONE;
    }
  }
}
