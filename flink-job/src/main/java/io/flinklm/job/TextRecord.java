package io.flinklm.job;

/**
 * A record of the topic {@code text} as it was received: nothing in it has been checked. Each of
 * key, value and headers may be missing.
 *
 * @param key the lane, UTF-8 decimal
 * @param value UTF-8 text
 * @param epoch header
 * @param split header
 * @param position header: index in its segment of the record's first token
 * @param topic it came from
 * @param partition it came from
 * @param offset in the partition
 */
public record TextRecord(
    byte[] key,
    byte[] value,
    String epoch,
    String split,
    String position,
    String topic,
    int partition,
    long offset) {}
