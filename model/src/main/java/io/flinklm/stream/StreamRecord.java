package io.flinklm.stream;

/**
 * A record of a stream: a piece of its text.
 *
 * @param stream its name
 * @param time in milliseconds since 1970
 * @param value the text, UTF-8 for most tokenizers; null for none
 */
public record StreamRecord(String stream, long time, byte[] value) {}
