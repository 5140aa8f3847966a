package io.flinklm.job.train;

import io.flinklm.stream.StreamRule;
import java.io.Serializable;

/**
 * How a job trains on streams. The first two decide, beside the records, what it makes of them; the
 * others how it waits for those, and where it keeps what it knows of each stream.
 *
 * @param batchTimeout milliseconds of event time for which a batch waits to be full
 * @param timeToLive milliseconds of silence behind which a stream starts anew
 * @param outOfOrderness milliseconds by which a record may be earlier than one before it in its
 *     partition
 * @param idleAfter milliseconds after which a partition without records is not waited for, where
 *     text has no end
 * @param stateBackend Flink's name of the state backend
 */
public record StreamOptions(
    long batchTimeout, long timeToLive, long outOfOrderness, long idleAfter, String stateBackend)
    implements Serializable {
  /** The state backend that keeps all in the heap. */
  public static final String HEAP = "hashmap";

  /** The state backend that keeps on disk what the heap has no room for. */
  public static final String ROCKSDB = "rocksdb";

  /** The rule of batches of so many rows. */
  public StreamRule rule(int size) {
    return new StreamRule(size, batchTimeout, timeToLive);
  }
}
