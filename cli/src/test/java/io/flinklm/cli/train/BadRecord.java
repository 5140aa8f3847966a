package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.text.Words;
import io.flinklm.topics.LaneRecord;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records of text that cannot be used, made of good ones; each has as many tokens as the good. */
final class BadRecord {
  static final String TOPIC = "text";

  private BadRecord() {}

  /** A record with another key; null for none. */
  static ProducerRecord<byte[], byte[]> withKey(LaneRecord record, String key) {
    ProducerRecord<byte[], byte[]> good = record.toKafka(TOPIC);
    byte[] bytes = key == null ? null : key.getBytes(UTF_8);
    return new ProducerRecord<>(TOPIC, null, bytes, good.value(), good.headers());
  }

  /** A record with another value; null for none. */
  static ProducerRecord<byte[], byte[]> withValue(LaneRecord record, byte[] value) {
    ProducerRecord<byte[], byte[]> good = record.toKafka(TOPIC);
    return new ProducerRecord<>(TOPIC, null, good.key(), value, good.headers());
  }

  /**
   * A record with another header.
   *
   * @param header name and value, as {@code epoch=1}
   */
  static ProducerRecord<byte[], byte[]> withHeader(LaneRecord record, String header) {
    ProducerRecord<byte[], byte[]> bad = record.toKafka(TOPIC);
    String[] parts = header.split("=", -1);
    bad.headers().remove(parts[0]).add(parts[0], parts[1].getBytes(UTF_8));
    return bad;
  }

  /** A record with a byte that no UTF-8 has. */
  static ProducerRecord<byte[], byte[]> thatIsNotUtf8(LaneRecord record) {
    byte[] value = record.toKafka(TOPIC).value();
    // In a word: by itself it would be one more.
    int letter = 0;
    while (Words.isSpace(value[letter])) {
      letter++;
    }
    value[letter] = (byte) 0xff;
    return withValue(record, value);
  }

  /** A record with a token that is in no vocabulary of numbers. */
  static ProducerRecord<byte[], byte[]> withUnknownToken(LaneRecord record) {
    List<String> tokens = Words.of(new String(record.text(), UTF_8));
    tokens.set(tokens.size() / 2, "zebra");
    return withValue(record, String.join(" ", tokens).getBytes(UTF_8));
  }
}
