package io.flinklm.job.record;

import static io.flinklm.topics.TextRecordParser.EPOCH;
import static io.flinklm.topics.TextRecordParser.POSITION;
import static io.flinklm.topics.TextRecordParser.SPLIT;

import io.flinklm.topics.RecordContent;
import io.flinklm.topics.RecordFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A record of the topic {@code text} as it was received: nothing in it has been checked. Each of
 * key, value and headers may be missing.
 *
 * @param key the lane, UTF-8 decimal
 * @param value UTF-8 text
 * @param headers in their order; those that place the text are {@code epoch}, {@code split} and
 *     {@code position}
 * @param topic it came from
 * @param partition it came from
 * @param offset in the partition
 * @param timestamp that Kafka has of it, in milliseconds since 1970; negative for none
 * @param behindLostText whether Kafka had deleted text before it that was not read
 * @param content of the record by its format; null where key and value are that
 */
public record TextRecord(
    byte[] key,
    byte[] value,
    List<RecordHeader> headers,
    String topic,
    int partition,
    long offset,
    long timestamp,
    boolean behindLostText,
    RecordContent content) {
  private static final long NO_TIMESTAMP = -1;

  /** A record that follows the one before it. */
  public TextRecord(
      byte[] key,
      byte[] value,
      List<RecordHeader> headers,
      String topic,
      int partition,
      long offset,
      long timestamp) {
    this(key, value, headers, topic, partition, offset, timestamp, false, null);
  }

  /** The same without a timestamp. */
  public TextRecord(
      byte[] key,
      byte[] value,
      List<RecordHeader> headers,
      String topic,
      int partition,
      long offset) {
    this(key, value, headers, topic, partition, offset, NO_TIMESTAMP);
  }

  /** A record with the headers that place its text, or with some of them: null for none. */
  public TextRecord(
      byte[] key,
      byte[] value,
      String epoch,
      String split,
      String position,
      String topic,
      int partition,
      long offset) {
    this(key, value, headers(epoch, split, position), topic, partition, offset);
  }

  /** What it says by its format. */
  public RecordContent said() {
    return content == null ? RecordContent.of(key, value) : content;
  }

  /** Bytes of its text; where there is no text, of its value. */
  public int size() {
    return said().sizeOf(value);
  }

  /** The same as a format reads it. */
  public TextRecord readBy(RecordFormat format) {
    RecordContent read = format.equals(RecordFormat.PLAIN) ? null : format.content(key, value);
    return new TextRecord(
        key, value, headers, topic, partition, offset, timestamp, behindLostText, read);
  }

  /** The same behind text that was not read. */
  public TextRecord asBehindLostText() {
    return new TextRecord(key, value, headers, topic, partition, offset, timestamp, true, content);
  }

  private static List<RecordHeader> headers(String epoch, String split, String position) {
    List<RecordHeader> headers = new ArrayList<>();
    if (epoch != null) {
      headers.add(RecordHeader.of(EPOCH, epoch));
    }
    if (split != null) {
      headers.add(RecordHeader.of(SPLIT, split));
    }
    if (position != null) {
      headers.add(RecordHeader.of(POSITION, position));
    }
    return headers;
  }

  /** The value of the last header of a name; null if there is none. */
  public byte[] header(String name) {
    return RecordHeader.last(headers, name);
  }

  /** The header {@code epoch}; null if there is none. */
  public String epoch() {
    return text(EPOCH);
  }

  /** The header {@code split}; null if there is none. */
  public String split() {
    return text(SPLIT);
  }

  /** The header {@code position}: index in its segment of the record's first token; or null. */
  public String position() {
    return text(POSITION);
  }

  private String text(String name) {
    byte[] header = header(name);
    return header == null ? null : new String(header, StandardCharsets.UTF_8);
  }
}
