package io.flinklm.local;

/**
 * What Flink says of a job's checkpoints.
 *
 * @param completed how many
 * @param bytes of state in one, on average
 * @param milliseconds from its beginning to its end, on average
 */
record CheckpointStatistics(long completed, long bytes, long milliseconds) {}
