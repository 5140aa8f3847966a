package io.flinklm.train;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Refusal;

/** Who trains on batches, in their order: one copy of the weights, or several replicas. */
public interface BatchTraining {

  /**
   * Takes the next batch.
   *
   * @throws NonfiniteException if a step gives NaN or infinity and the configuration says stop
   */
  void accept(Batch batch);

  /** Counts tokens that were refused on the way here. */
  void refuse(Refusal refusal);

  /** Ends the last segment and reports the end. */
  void finish();
}
