package io.flinklm.job.kafka;

import io.flinklm.job.record.DeadLetter;
import io.flinklm.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The record of the topic {@code dead-letters} that a {@link DeadLetter} becomes: key, value and
 * headers byte for byte, and behind these headers four of its own: {@code error}, {@code topic},
 * {@code partition} and {@code offset}. Of a letter that Kafka's producer would not take, what is
 * left out is told by its size and SHA-256 in further headers.
 */
final class DeadLetterRecord {
  private DeadLetterRecord() {}

  /** All of a letter. */
  static ProducerRecord<byte[], byte[]> whole(DeadLetter letter) {
    return record(letter, true, true);
  }

  /** As much of a letter as there is room for: without its value, or without anything of it. */
  static ProducerRecord<byte[], byte[]> part(DeadLetter letter, RecordLimit limit) {
    ProducerRecord<byte[], byte[]> withoutValue = record(letter, true, false);
    return limit.holds(withoutValue) ? withoutValue : record(letter, false, false);
  }

  private static ProducerRecord<byte[], byte[]> record(
      DeadLetter letter, boolean keyAndHeaders, boolean value) {
    ProducerRecord<byte[], byte[]> dead =
        new ProducerRecord<>(
            TopicNames.DEAD_LETTERS,
            keyAndHeaders ? letter.key() : null,
            value ? letter.value() : null);
    if (keyAndHeaders) {
      letter.headers().forEach(header -> dead.headers().add(header.name(), header.value()));
    }
    add(dead, "error", letter.error());
    add(dead, "topic", letter.topic());
    add(dead, "partition", Integer.toString(letter.partition()));
    add(dead, "offset", Long.toString(letter.offset()));
    if (!value) {
      tellOf("value", letter.value(), dead);
    }
    if (!keyAndHeaders) {
      tellOf("key", letter.key(), dead);
      add(dead, "headers_left_out", Integer.toString(letter.headers().size()));
    }
    return dead;
  }

  private static void tellOf(String part, byte[] bytes, ProducerRecord<byte[], byte[]> dead) {
    if (bytes != null) {
      add(dead, part + "_bytes", Integer.toString(bytes.length));
      add(dead, part + "_sha256", sha256(bytes));
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void add(ProducerRecord<byte[], byte[]> dead, String header, String text) {
    dead.headers().add(header, text.getBytes(StandardCharsets.UTF_8));
  }
}
