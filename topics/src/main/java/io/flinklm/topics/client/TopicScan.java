package io.flinklm.topics.client;

import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.Tokenizer.UnreadableTextException;
import io.flinklm.text.Vocabulary;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.LaneKey;
import io.flinklm.topics.TopicNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What the topic of text holds at a moment: the range of its offsets, how many tokens, and by
 * segment and lane how many and which. Read once before a job starts, for what the job must know
 * beforehand: the number of steps and the vocabulary.
 *
 * @param start first offset there is, by partition
 * @param end offset behind the last record, by partition
 * @param tokens in all records
 * @param texts by segment, then by lane
 */
public record TopicScan(
    Map<Integer, Long> start,
    Map<Integer, Long> end,
    long tokens,
    Map<Segment, Map<Integer, LaneTokens>> texts) {

  private static final int PROMPTS = 3;
  private static final int PROMPT_TOKENS = 10;
  private static final Duration WAIT = Duration.ofMillis(200);

  /** Tokens of a lane in a segment: how many, and the distinct ones by first appearance. */
  static final class LaneTokens {
    private long count;
    private final Set<String> distinct = new LinkedHashSet<>();
    private List<String> beginning = List.of();
  }

  /** Reads the whole topic up to what is there now; only these lanes' text is looked at. */
  public static TopicScan of(KafkaAddress kafka, int lanes) {
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
      Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
      consumer.assign(partitions);
      start.forEach(consumer::seek);
      Map<Segment, Map<Integer, LaneTokens>> texts = new TreeMap<>();
      long tokens = 0;
      while (partitions.stream().anyMatch(p -> consumer.position(p) < end.get(p))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
          if (record.offset() < end.get(new TopicPartition(text, record.partition()))) {
            tokens += add(record, lanes, texts);
          }
        }
      }
      return new TopicScan(byPartition(start), byPartition(end), tokens, texts);
    }
  }

  private static int add(
      ConsumerRecord<byte[], byte[]> record,
      int lanes,
      Map<Segment, Map<Integer, LaneTokens>> texts) {
    // What is no text or of no lane is the job's to refuse; here it only does not count.
    if (record.value() == null) {
      return 0;
    }
    byte[] value = Tokenizer.withoutByteOrderMark(record.value());
    int count = Tokenizer.count(value);
    String decoded;
    try {
      decoded = Tokenizer.decode(value);
    } catch (UnreadableTextException e) {
      return count;
    }
    Segment segment = segment(record);
    int lane = LaneKey.lane(record.key()).orElse(lanes);
    if (segment != null && lane < lanes) {
      LaneTokens text =
          texts
              .computeIfAbsent(segment, s -> new TreeMap<>())
              .computeIfAbsent(lane, l -> new LaneTokens());
      List<String> tokens = Tokenizer.split(decoded);
      text.count += count;
      text.distinct.addAll(tokens);
      if (text.beginning.isEmpty()) {
        text.beginning = tokens.subList(0, Math.min(PROMPT_TOKENS, tokens.size()));
      }
    }
    return count;
  }

  private static Segment segment(ConsumerRecord<byte[], byte[]> record) {
    try {
      String epoch = header(record, "epoch", "0");
      return new Segment(Integer.parseInt(epoch), Split.of(header(record, "split", "train")));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String header(ConsumerRecord<?, ?> record, String name, String otherwise) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? otherwise
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
    Map<Integer, Long> byPartition = new TreeMap<>();
    offsets.forEach((partition, offset) -> byPartition.put(partition.partition(), offset));
    return byPartition;
  }

  /** Training steps that the text will make: in each train segment as many as its longest lane. */
  public long steps(int bptt, boolean contiguous) {
    return texts.entrySet().stream()
        .filter(segment -> segment.getKey().split() == Split.TRAIN)
        .mapToLong(
            segment ->
                segment.getValue().values().stream()
                    .mapToLong(text -> windows(text.count, bptt, contiguous))
                    .max()
                    .orElse(0))
        .sum();
  }

  private static long windows(long tokens, int bptt, boolean contiguous) {
    return contiguous ? Math.max(0, (tokens - 1) / bptt) : tokens / (bptt + 1);
  }

  /** Epochs that the text has. */
  public int epochs() {
    return texts.keySet().stream().mapToInt(segment -> segment.epoch() + 1).max().orElse(0);
  }

  /** Beginnings of three lanes of the last segment, for a trained model to continue. */
  public List<String> prompts() {
    List<LaneTokens> last =
        texts.values().stream().reduce((a, b) -> b).orElse(Map.of()).values().stream().toList();
    return IntStream.range(0, Math.min(PROMPTS, last.size()))
        .mapToObj(i -> last.get(i * last.size() / PROMPTS).beginning)
        .map(tokens -> String.join(" ", tokens))
        .distinct()
        .toList();
  }

  /** The distinct tokens by first appearance, segment by segment and lane by lane. */
  public Vocabulary vocabulary() {
    Set<String> tokens = new LinkedHashSet<>();
    texts.values().forEach(lanes -> lanes.values().forEach(text -> tokens.addAll(text.distinct)));
    return Vocabulary.of(tokens);
  }
}
