package io.flinklm.topics.client;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.RecordFormat;
import io.flinklm.topics.Score;
import io.flinklm.topics.ScoreJson;
import io.flinklm.topics.TopicNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads scores, all or those that are alerts, and the text of the records that the scores are of.
 *
 * @param kafka where the topics are
 * @param topic of the scores, by its plain name
 */
public record ScoredRecords(KafkaAddress kafka, String topic) {
  private static final Duration WAIT = Duration.ofMillis(200);
  private static final Comparator<Score> BY_SURPRISAL =
      Comparator.comparingDouble(Score::bitsPerToken);
  private static final Comparator<Score> BY_DEVIATIONS =
      Comparator.comparingDouble(Score::deviations);

  /**
   * The records that the model expected least, of those that are there now, the first the least.
   *
   * @param count at most so many
   * @param from least number of steps that the weights had done: an untrained model expects nothing
   */
  public List<Score> leastExpected(int count, long from) throws Exception {
    return most(BY_SURPRISAL, count, from);
  }

  /** The same of those that are the most unusual for their lane or stream. */
  public List<Score> mostUnusual(int count, long from) throws Exception {
    return most(BY_DEVIATIONS, count, from);
  }

  private List<Score> most(Comparator<Score> order, int count, long from) throws Exception {
    // A record that was scored again after a restart has the same score.
    Map<String, Score> least = new TreeMap<>();
    PriorityQueue<Score> queue = new PriorityQueue<>(order);
    read(
        score -> {
          String record = score.partition() + ":" + score.offset();
          boolean counts = score.scored() > 0 && score.step() >= from;
          if (counts && least.putIfAbsent(record, score) == null) {
            queue.add(score);
          }
          if (queue.size() > count) {
            Score out = queue.remove();
            least.remove(out.partition() + ":" + out.offset());
          }
        });
    return queue.stream().sorted(order.reversed()).toList();
  }

  private void read(Consumer<Score> scores) throws Exception {
    new TopicRecords(kafka, topic).forEach(record -> scores.accept(parse(record, topic)));
  }

  private static Score parse(ConsumerRecord<byte[], byte[]> record, String topic) {
    try {
      return ScoreJson.parse(record.value());
    } catch (IOException | RuntimeException e) {
      throw new UserMistake(
          "the record at offset "
              + record.offset()
              + " of the topic "
              + topic
              + " is no score: "
              + e.getMessage(),
          e);
    }
  }

  /**
   * The text of each score's record; empty for one that Kafka has let go of.
   *
   * @param format of the records
   */
  public Map<Score, Optional<String>> texts(List<Score> scores, RecordFormat format) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return scores.stream()
          .collect(Collectors.toMap(score -> score, score -> text(score, format, consumer)));
    }
  }

  private Optional<String> text(
      Score score, RecordFormat format, KafkaConsumer<byte[], byte[]> consumer) {
    TopicPartition partition = new TopicPartition(kafka.named(TopicNames.TEXT), score.partition());
    consumer.assign(List.of(partition));
    consumer.seek(partition, score.offset());
    long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
    while (score.offset() >= begin) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
        return record.offset() == score.offset()
            ? Optional.of(text(record, format))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  // Where the format does not fit, the record as it is says more than nothing.
  private static String text(ConsumerRecord<byte[], byte[]> record, RecordFormat format) {
    byte[] text = format.content(record.key(), record.value()).text();
    return new String(text == null ? record.value() : text, StandardCharsets.UTF_8);
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        kafka.consumerProperties(Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
