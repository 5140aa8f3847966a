package io.flinklm.local.flink;

/**
 * What Flink says of a job's checkpoints.
 *
 * @param completed how many
 * @param bytes of state in one, on average
 * @param milliseconds from its beginning to its end, on average
 */
public record CheckpointStatistics(long completed, long bytes, long milliseconds) {}
