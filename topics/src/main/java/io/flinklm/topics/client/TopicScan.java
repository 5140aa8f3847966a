package io.flinklm.topics.client;

import io.flinklm.lane.Windows;
import io.flinklm.text.TextForm;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.LaneRecord;
import io.flinklm.topics.RecordContent;
import io.flinklm.topics.RecordFormat;
import io.flinklm.topics.TextRecordParser;
import io.flinklm.topics.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What the topic of text holds at a moment: the range of its offsets, how many tokens, and by
 * segment and lane how many and which. Read once before a job starts, for what the job must know
 * beforehand: the number of steps and the tokenizer.
 */
public final class TopicScan {
  private static final Duration WAIT = Duration.ofMillis(200);

  private final Map<Integer, Long> start;
  private final Map<Integer, Long> end;
  private final ScannedText text;
  private final long bytes;

  private TopicScan(
      Map<Integer, Long> start, Map<Integer, Long> end, ScannedText text, long bytes) {
    this.start = start;
    this.end = end;
    this.text = text;
    this.bytes = bytes;
  }

  /**
   * Reads the whole topic up to what is there now; only these lanes' text is looked at.
   *
   * @param choice the tokenizer that is asked for
   */
  public static TopicScan of(KafkaAddress kafka, int laneCount, TokenizerChoice choice) {
    return of(kafka, laneCount, choice, RecordFormat.PLAIN);
  }

  /**
   * The same of a topic whose records hold text in another way.
   *
   * @param format of the records
   */
  public static TopicScan of(
      KafkaAddress kafka, int laneCount, TokenizerChoice choice, RecordFormat format) {
    return of(kafka, laneCount, choice, format, Map.of());
  }

  /**
   * The same up to given offsets. What is in a transaction that is open or behind it is waited for.
   *
   * @param upTo offset behind the last record by partition; where none is given, what can be read
   *     now
   */
  public static TopicScan of(
      KafkaAddress kafka,
      int laneCount,
      TokenizerChoice choice,
      RecordFormat format,
      Map<Integer, Long> upTo) {
    TopicScan scan = of(kafka, laneCount, choice, format, upTo, choice.form());
    // How many tokens a text has is known only now.
    return choice.keepsAll()
        ? scan
        : of(kafka, laneCount, choice, format, scan.end(), scan.tokenizer());
  }

  private static TopicScan of(
      KafkaAddress kafka,
      int laneCount,
      TokenizerChoice choice,
      RecordFormat format,
      Map<Integer, Long> upTo,
      TextForm form) {
    Map<String, Object> properties =
        kafka.consumerProperties(Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false));
    String text = kafka.named(TopicNames.TEXT);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Set<TopicPartition> partitions =
          consumer.partitionsFor(text).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .collect(Collectors.toSet());
      Map<TopicPartition, Long> start = consumer.beginningOffsets(partitions);
      Map<TopicPartition, Long> end = new HashMap<>(consumer.endOffsets(partitions));
      end.replaceAll((partition, now) -> upTo.getOrDefault(partition.partition(), now));
      consumer.assign(partitions);
      start.forEach(consumer::seek);
      TextRecordParser parser = new TextRecordParser(laneCount, form);
      ScannedText scanned = new ScannedText(choice, form);
      long bytes = 0;
      while (partitions.stream().anyMatch(p -> consumer.position(p) < end.get(p))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
          if (record.offset() < end.get(new TopicPartition(text, record.partition()))) {
            RecordContent content = format.content(record.key(), record.value());
            bytes += content.sizeOf(record.value());
            scanned.add(
                parser.read(
                    content, record.value(), name -> LaneRecord.header(record.headers(), name)));
          }
        }
      }
      return new TopicScan(byPartition(start), byPartition(end), scanned, bytes);
    }
  }

  private static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
    Map<Integer, Long> byPartition = new TreeMap<>();
    offsets.forEach((partition, offset) -> byPartition.put(partition.partition(), offset));
    return byPartition;
  }

  /** The first offset there is, by partition. */
  public Map<Integer, Long> start() {
    return start;
  }

  /** The offset behind the last record, by partition. */
  public Map<Integer, Long> end() {
    return end;
  }

  /** Tokens in all records, be they text of a lane or not. */
  public long tokens() {
    return text.tokens();
  }

  /** Bytes of text in all records, be they text of a lane or not. */
  public long bytes() {
    return bytes;
  }

  /** Whether any record is text of a lane. */
  public boolean hasText() {
    return !text.isEmpty();
  }

  /** Training steps that the text will make. */
  public long steps(Windows cut) {
    return text.steps(cut);
  }

  /** Epochs that the text has. */
  public int epochs() {
    return text.epochs();
  }

  /** Beginnings of three lanes of the last segment, for a trained model to continue. */
  public List<String> prompts() {
    return text.prompts();
  }

  /** The tokenizer that was asked for, as the text has made it. */
  public Tokenizer tokenizer() {
    return text.tokenizer();
  }
}
