package io.flinklm.topics.client;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.TopicSetup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The records of a topic up to the last one that is there when they are asked for.
 *
 * @param kafka where the topic is
 * @param plain its name of {@link io.flinklm.topics.TopicNames}
 */
record TopicRecords(KafkaAddress kafka, String plain) {
  private static final Duration WAIT = Duration.ofMillis(200);

  // Longer than Kafka leaves a transaction open whose producer has died.
  private static final Duration PATIENCE = Duration.ofSeconds(75);

  /** Reads all. */
  void forEach(Consumer<ConsumerRecord<byte[], byte[]>> action) throws Exception {
    Map<Integer, Long> end = new TopicSetup(kafka).end(plain);
    for (Integer partition : end.keySet()) {
      read(partition, 0, end.get(partition), action);
    }
  }

  /**
   * Reads from offsets on, or from the first records behind them that are still there.
   *
   * @param start offsets of the partitions that are read
   */
  void forEachFrom(Map<Integer, Long> start, Consumer<ConsumerRecord<byte[], byte[]>> action)
      throws Exception {
    Map<Integer, Long> end = new TopicSetup(kafka).end(plain);
    for (Map.Entry<Integer, Long> from : start.entrySet()) {
      read(from.getKey(), from.getValue(), end.getOrDefault(from.getKey(), 0L), action);
    }
  }

  private void read(
      int number, long start, long end, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    TopicPartition partition = new TopicPartition(kafka.named(plain), number);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.consumerProperties(Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      long first = consumer.beginningOffsets(List.of(partition)).get(partition);
      consumer.seek(partition, Math.max(start, first));
      long since = System.nanoTime();
      while (consumer.position(partition) < end) {
        long before = consumer.position(partition);
        ConsumerRecords<byte[], byte[]> records = consumer.poll(WAIT);
        records.forEach(action);
        if (consumer.position(partition) > before) {
          since = System.nanoTime();
        } else if (System.nanoTime() - since > PATIENCE.toNanos()) {
          throw new UserMistake(
              "the topic %s at %s gives nothing behind offset %d of partition %d, though it ends at %d: a transaction of another client is open there; end that client, or wait for it"
                  .formatted(partition.topic(), kafka, before, number, end));
        }
      }
    }
  }
}
