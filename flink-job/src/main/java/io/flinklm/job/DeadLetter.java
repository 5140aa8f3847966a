package io.flinklm.job;

/**
 * A record that cannot be used, byte for byte as it was received, with the reason in words.
 *
 * @param record as received
 * @param error what is wrong with it and what would be right
 */
public record DeadLetter(TextRecord record, String error) {}
