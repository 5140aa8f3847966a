package io.flinklm.job.wire;

import org.apache.flink.util.OutputTag;

/**
 * What records are scored by: where they lie, which whoever cuts text into chunks tells, and how
 * little their tokens were expected, which the training tells.
 */
public sealed interface ScoreEvent permits RecordPlace, ChunkSurprisals, ScoreEvent.Ended {
  /** The side output of whoever cuts text into chunks. */
  OutputTag<ScoreEvent> PLACES = new OutputTag<>("places", EventType.SCORE_EVENT);

  /** The side output of the training. */
  OutputTag<ScoreEvent> SURPRISALS = new OutputTag<>("surprisals", EventType.SCORE_EVENT);

  /** Whose text it is about. */
  TextOwner owner();

  /**
   * The end of a stream: whoever tells it tells no more of what began up to a time.
   *
   * @param owner the stream
   * @param time at which it would have gone on at the latest
   */
  record Ended(TextOwner owner, long time) implements ScoreEvent {}
}
