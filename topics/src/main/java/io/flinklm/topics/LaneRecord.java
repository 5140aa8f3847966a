package io.flinklm.topics;

import static io.flinklm.topics.TextRecordParser.EPOCH;
import static io.flinklm.topics.TextRecordParser.POSITION;
import static io.flinklm.topics.TextRecordParser.SPLIT;

import io.flinklm.lane.Segment;
import io.flinklm.topics.TextReading.Text;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
 * @param tokens the tokens, joined by single spaces in the record's value
 */
public record LaneRecord(int lane, Segment segment, int position, List<String> tokens) {
  private static final TextRecordParser ANY_LANE = new TextRecordParser(Integer.MAX_VALUE);

  /** Index in the segment of the token behind the last one. */
  public int end() {
    return position + tokens.size();
  }

  /** The record as Kafka takes it. */
  public ProducerRecord<byte[], byte[]> toKafka(String topic) {
    byte[] value = bytes(String.join(" ", tokens));
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, LaneKey.of(lane), value);
    record
        .headers()
        .add(EPOCH, bytes(Integer.toString(segment.epoch())))
        .add(SPLIT, bytes(segment.split().label()))
        .add(POSITION, bytes(Integer.toString(position)));
    return record;
  }

  /** Reads what Kafka gives; empty if key, value or one of the headers is missing or unreadable. */
  public static Optional<LaneRecord> ofKafka(ConsumerRecord<byte[], byte[]> record) {
    Headers headers = record.headers();
    boolean placed =
        Stream.of(EPOCH, SPLIT, POSITION).allMatch(name -> header(headers, name) != null);
    TextReading reading =
        ANY_LANE.read(record.key(), record.value(), name -> header(headers, name));
    return placed && reading instanceof Text text && text.place().position() <= Integer.MAX_VALUE
        ? Optional.of(
            new LaneRecord(
                text.lane(), text.place().segment(), (int) text.place().position(), text.words()))
        : Optional.empty();
  }

  /** The value of the last header of a name; null if there is none. */
  public static byte[] header(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : header.value();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
