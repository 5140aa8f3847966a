package io.flinklm.local.flink;

/**
 * What Flink says of a job's checkpoints.
 *
 * @param completed how many
 * @param bytes of state in one, on average
 * @param most bytes of state in one
 * @param written bytes on average of the newest ones, which is less where a checkpoint refers to
 *     those before it
 * @param milliseconds from its beginning to its end, on average
 */
public record CheckpointStatistics(
    long completed, long bytes, long most, long written, long milliseconds) {}
