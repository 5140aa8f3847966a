package io.flinklm.topics;

import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.Tokenizer.UnreadableTextException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
  private static final String EPOCH = "epoch";
  private static final String SPLIT = "split";
  private static final String POSITION = "position";

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
    OptionalInt lane = LaneKey.lane(record.key());
    OptionalInt epoch = Decimal.parse(header(record.headers(), EPOCH));
    OptionalInt position = Decimal.parse(header(record.headers(), POSITION));
    byte[] split = header(record.headers(), SPLIT);
    if (lane.isEmpty()
        || epoch.isEmpty()
        || position.isEmpty()
        || split == null
        || record.value() == null) {
      return Optional.empty();
    }
    try {
      Segment segment = new Segment(epoch.getAsInt(), Split.of(Tokenizer.decode(split)));
      byte[] text = Tokenizer.withoutByteOrderMark(record.value());
      List<String> tokens = Tokenizer.split(Tokenizer.decode(text));
      return Optional.of(new LaneRecord(lane.getAsInt(), segment, position.getAsInt(), tokens));
    } catch (UnreadableTextException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] header(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null ? null : header.value();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
