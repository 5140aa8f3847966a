package io.flinklm.job.kafka;

import io.flinklm.job.record.DeadLetter;
import io.flinklm.topics.DeadLetterHeaders;
import io.flinklm.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The record of the topic {@code dead-letters} that a {@link DeadLetter} becomes: key, value and
 * headers byte for byte, and behind these headers those of {@link DeadLetterHeaders}. Of a letter
 * that Kafka's producer would not take, what is left out is told by its size and SHA-256.
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
    add(dead, DeadLetterHeaders.ERROR, letter.error());
    add(dead, DeadLetterHeaders.TOPIC, letter.topic());
    add(dead, DeadLetterHeaders.PARTITION, Integer.toString(letter.partition()));
    add(dead, DeadLetterHeaders.OFFSET, Long.toString(letter.offset()));
    if (letter.timestamp() >= 0) {
      add(dead, DeadLetterHeaders.TIMESTAMP, Long.toString(letter.timestamp()));
    }
    if (!value && letter.value() != null) {
      add(dead, DeadLetterHeaders.VALUE_BYTES, Integer.toString(letter.value().length));
      add(dead, DeadLetterHeaders.VALUE_SHA256, sha256(letter.value()));
    }
    if (!keyAndHeaders) {
      if (letter.key() != null) {
        add(dead, DeadLetterHeaders.KEY_BYTES, Integer.toString(letter.key().length));
        add(dead, DeadLetterHeaders.KEY_SHA256, sha256(letter.key()));
      }
      add(dead, DeadLetterHeaders.HEADERS_LEFT_OUT, Integer.toString(letter.headers().size()));
    }
    return dead;
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
