package io.flinklm.bench.feed;

import java.util.Map;

/**
 * What a {@link FeedJob} has carried, from the first chunk to the last batch.
 *
 * @param tokens in batches
 * @param refused tokens that no chunk held
 * @param chunks in batches
 * @param mostWaiting the most chunks that waited at one time for those of other lanes
 * @param batches made
 * @param wallNanos time
 * @param processNanos processor time of the whole process
 * @param threadNanos processor time of the thread that would train
 */
record Fed(
    long tokens,
    long refused,
    long chunks,
    long mostWaiting,
    long batches,
    long wallNanos,
    long processNanos,
    long threadNanos) {
  static final String TOKENS = "tokens";
  static final String REFUSED = "tokens refused";
  static final String CHUNKS = "chunks";
  static final String MOST_WAITING = "chunks waiting at most";
  static final String BATCHES = "batches";
  static final String WALL_NANOS = "wall nanoseconds";
  static final String PROCESS_NANOS = "processor nanoseconds";
  static final String THREAD_NANOS = "thread nanoseconds";

  /** Reads the accumulators of a job that has come to its end. */
  static Fed of(Map<String, Object> accumulators) {
    return new Fed(
        number(accumulators, TOKENS),
        number(accumulators, REFUSED),
        number(accumulators, CHUNKS),
        number(accumulators, MOST_WAITING),
        number(accumulators, BATCHES),
        number(accumulators, WALL_NANOS),
        number(accumulators, PROCESS_NANOS),
        number(accumulators, THREAD_NANOS));
  }

  private static long number(Map<String, Object> accumulators, String name) {
    return (Long) accumulators.get(name);
  }
}
