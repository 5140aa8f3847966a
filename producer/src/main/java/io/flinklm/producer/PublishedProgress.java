package io.flinklm.producer;

import io.flinklm.UserMistake;
import io.flinklm.text.TextForm;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.LaneKey;
import io.flinklm.topics.LaneRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How far the lanes of a topic have been published, as the topic itself tells.
 *
 * @param last by lane, its record that stands furthest; a lane without any is not in it
 */
public record PublishedProgress(Map<Integer, LaneRecord> last) {
  private static final int TIMEOUT_MILLIS = 20_000;

  public PublishedProgress {
    last = Map.copyOf(last);
  }

  /**
   * Reads a topic back from its end until every lane is found. Records that are not ours, by key,
   * headers or value, are passed over. A topic that does not exist has no lane.
   *
   * @param laneCount how many lanes there should be
   * @param from offset of the first record that counts, by partition; 0 where none is given
   * @param form of the text
   * @throws UserMistake if Kafka cannot be reached, or no longer holds where a lane ended
   */
  public static PublishedProgress read(
      KafkaAddress kafka, String topic, int laneCount, Map<Integer, Long> from, TextForm form) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            properties(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<PartitionTail> tails =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .map(
                  partition ->
                      PartitionTail.of(
                          consumer, partition, from.getOrDefault(partition.partition(), 0L), form))
              .toList();
      return new PublishedProgress(last(tails, laneCount));
    } catch (KafkaException e) {
      throw kafka.failure("the topic " + topic + " cannot be read", e);
    }
  }

  private static Map<Integer, LaneRecord> last(List<PartitionTail> tails, int laneCount) {
    Map<Integer, LaneRecord> last = new HashMap<>();
    Map<Integer, Set<Integer>> lanesOf =
        IntStream.range(0, tails.isEmpty() ? 0 : laneCount)
            .boxed()
            .collect(
                Collectors.groupingBy(
                    lane -> LaneKey.partition(lane, tails.size()), Collectors.toSet()));
    for (PartitionTail tail : tails) {
      tail.search(lanesOf.getOrDefault(tail.partition().partition(), Set.of()), last);
    }
    Set<Integer> missing = new TreeSet<>();
    IntStream.range(0, laneCount).filter(lane -> !last.containsKey(lane)).forEach(missing::add);
    // A topic that was given more partitions holds lanes where they would not go today.
    for (PartitionTail tail : tails) {
      tail.search(missing, last);
    }
    missing.removeAll(last.keySet());
    if (!missing.isEmpty() && tails.stream().anyMatch(PartitionTail::cut)) {
      throw new UserMistake(
          "the topic "
              + tails.get(0).partition().topic()
              + " no longer holds where lane "
              + missing.iterator().next()
              + " ended: its older records were deleted; publish to an empty topic");
    }
    return last;
  }

  private static Map<String, Object> properties(KafkaAddress kafka) {
    return kafka.consumerProperties(
        Map.of(
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            TIMEOUT_MILLIS,
            ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            TIMEOUT_MILLIS / 2,
            // A request that waits at the end of one partition holds up the next partition's.
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
            10,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            10_000));
  }
}
