package io.flinklm.stream;

import io.flinklm.lane.Refusal;

/** Who trains on the batches of streams, in their order: one copy of the weights, or replicas. */
public interface StreamBatchTraining {

  /**
   * Takes the next batch.
   *
   * @throws io.flinklm.train.NonfiniteException if a step gives NaN or infinity and the
   *     configuration says stop
   */
  void accept(StreamBatch batch);

  /** Counts what will not be trained on. */
  void refuse(Refusal refusal);

  /** Lets go of the state of a stream, of which training has come past the end. */
  void ended(StreamEnd end);

  /** Reports the end. */
  void finish();
}
