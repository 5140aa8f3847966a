package io.flinklm.topics.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.UserMistake;
import io.flinklm.topics.DeadLetterHeaders;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A dead letter as it lies in the topic {@code dead-letters}: the record that it was, why that
 * could not be used, and where it lay.
 *
 * @param place where the letter lies
 * @param origin where the record lay
 * @param error what is wrong with it
 * @param key of the record; null for none
 * @param value of the record; null for none, or for one that was left out
 * @param headers of the record, in their order
 * @param timestamp that Kafka had of it; negative where the letter does not say
 * @param lacks what of the record there was no room for
 */
public record KeptLetter(
    LetterPlace place,
    Origin origin,
    String error,
    byte[] key,
    byte[] value,
    List<Header> headers,
    long timestamp,
    Lacks lacks) {

  /** What of its record a letter has not, because the job's producer takes no larger one. */
  public enum Lacks {
    /** All is there. */
    NOTHING,
    /** The value. */
    VALUE,
    /** The value, the key and the headers. */
    ALL
  }

  /**
   * Where the record of a letter lay.
   *
   * @param topic its whole name
   */
  public record Origin(String topic, int partition, long offset) {
    @Override
    public String toString() {
      return topic + ":" + partition + ":" + offset;
    }
  }

  /** The same, mended. */
  public KeptLetter withValue(byte[] mended) {
    return new KeptLetter(place, origin, error, key, mended, headers, timestamp, lacks);
  }

  /**
   * Reads what the job wrote.
   *
   * @throws UserMistake if it is no dead letter
   */
  static KeptLetter of(ConsumerRecord<byte[], byte[]> record) {
    List<Header> all = List.of(record.headers().toArray());
    int own = Math.max(0, last(DeadLetterHeaders.ERROR, all));
    List<Header> added = all.subList(own, all.size());
    LetterPlace place = new LetterPlace(record.partition(), record.offset());
    try {
      String time = text(DeadLetterHeaders.TIMESTAMP, added);
      return new KeptLetter(
          place,
          new Origin(
              required(DeadLetterHeaders.TOPIC, added),
              Integer.parseInt(required(DeadLetterHeaders.PARTITION, added)),
              Long.parseLong(required(DeadLetterHeaders.OFFSET, added))),
          required(DeadLetterHeaders.ERROR, added),
          record.key(),
          record.value(),
          all.subList(0, own),
          time == null ? -1 : Long.parseLong(time),
          lacks(added));
    } catch (IllegalArgumentException e) {
      throw new UserMistake(
          "the record at "
              + place
              + " of the topic "
              + record.topic()
              + " is no dead letter: "
              + e.getMessage(),
          e);
    }
  }

  private static Lacks lacks(List<Header> added) {
    if (last(DeadLetterHeaders.HEADERS_LEFT_OUT, added) >= 0) {
      return Lacks.ALL;
    }
    return last(DeadLetterHeaders.VALUE_BYTES, added) >= 0 ? Lacks.VALUE : Lacks.NOTHING;
  }

  private static String required(String name, List<Header> headers) {
    String text = text(name, headers);
    if (text == null) {
      throw new IllegalArgumentException("it has no header " + name + " of the job");
    }
    return text;
  }

  private static String text(String name, List<Header> headers) {
    int at = last(name, headers);
    return at < 0 || headers.get(at).value() == null
        ? null
        : new String(headers.get(at).value(), UTF_8);
  }

  private static int last(String name, List<Header> headers) {
    List<String> names = headers.stream().map(Header::key).toList();
    return names.lastIndexOf(name);
  }
}
