package io.flinklm.topics;

import static io.flinklm.topics.TextRecordParser.EPOCH;
import static io.flinklm.topics.TextRecordParser.POSITION;
import static io.flinklm.topics.TextRecordParser.SPLIT;

import io.flinklm.lane.Segment;
import io.flinklm.text.TextForm;
import io.flinklm.topics.TextReading.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * One record of the topic {@code text}: some tokens of one lane and where in the lane they stand.
 *
 * @param lane the lane, the record's key
 * @param segment the segment of the lane, the headers {@code epoch} and {@code split}
 * @param position index in the segment of the first token, the header {@code position}
 * @param text the record's value
 * @param tokens how many the text has
 */
public record LaneRecord(int lane, Segment segment, int position, byte[] text, int tokens) {

  /** A record of words. */
  public static LaneRecord ofWords(int lane, Segment segment, int position, List<String> words) {
    return new LaneRecord(lane, segment, position, bytes(String.join(" ", words)), words.size());
  }

  /** Index in the segment of the token behind the last one. */
  public int end() {
    return position + tokens;
  }

  /** The record as Kafka takes it. */
  public ProducerRecord<byte[], byte[]> toKafka(String topic) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, LaneKey.of(lane), text);
    record
        .headers()
        .add(EPOCH, bytes(Integer.toString(segment.epoch())))
        .add(SPLIT, bytes(segment.split().label()))
        .add(POSITION, bytes(Integer.toString(position)));
    return record;
  }

  /**
   * Reads what Kafka gives; empty if key, value or one of the headers is missing or unreadable.
   *
   * @param form of the text
   */
  public static Optional<LaneRecord> ofKafka(ConsumerRecord<byte[], byte[]> record, TextForm form) {
    Headers headers = record.headers();
    boolean placed =
        Stream.of(EPOCH, SPLIT, POSITION).allMatch(name -> header(headers, name) != null);
    TextReading reading =
        new TextRecordParser(Integer.MAX_VALUE, form)
            .read(record.key(), record.value(), name -> header(headers, name));
    return placed && reading instanceof Text text && text.place().position() <= Integer.MAX_VALUE
        ? Optional.of(
            new LaneRecord(
                text.lane(),
                text.place().segment(),
                (int) text.place().position(),
                text.text(),
                text.tokens()))
        : Optional.empty();
  }

  /** The value of the last header of a name; null if there is none. */
  public static byte[] header(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : header.value();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LaneRecord record
        && lane == record.lane
        && segment.equals(record.segment)
        && position == record.position
        && tokens == record.tokens
        && Arrays.equals(text, record.text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(lane, segment, position, Arrays.hashCode(text));
  }

  @Override
  public String toString() {
    return "lane %d, %s, position %d: %s"
        .formatted(lane, segment, position, new String(text, StandardCharsets.UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
