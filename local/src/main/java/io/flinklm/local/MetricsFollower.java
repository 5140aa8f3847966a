package io.flinklm.local;

import io.flinklm.UserMistake;
import io.flinklm.job.Topics;
import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows the reports of a run in the topic {@code metrics}, as anybody may who reaches Kafka. Not
 * thread safe.
 */
final class MetricsFollower implements AutoCloseable {
  private static final Duration WAIT = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final KafkaConsumer<byte[], byte[]> consumer;

  private MetricsFollower(KafkaConsumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /** Follows from now on: earlier reports are not seen. */
  static MetricsFollower fromNowOn(String bootstrap, Properties client) {
    return withPast(bootstrap, client, 0);
  }

  /** Follows from so many reports ago, or from the first that is there. */
  static MetricsFollower withPast(String bootstrap, Properties client, long reports) {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.METRICS).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> start = consumer.beginningOffsets(partitions);
    consumer
        .endOffsets(partitions)
        .forEach((p, end) -> consumer.seek(p, Math.max(start.get(p), end - reports)));
    return new MetricsFollower(consumer);
  }

  /** Reports that have come since the last call; waits a moment for some. */
  List<Report> next() {
    List<Report> reports = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
      reports.add(report(record));
    }
    return reports;
  }

  private static Report report(ConsumerRecord<byte[], byte[]> record) {
    try {
      return ReportJson.parse(record.value() == null ? new byte[0] : record.value());
    } catch (IllegalArgumentException e) {
      throw new UserMistake(
          "the topic %s holds at offset %d what no job wrote: %s"
              .formatted(record.topic(), record.offset(), e.getMessage()),
          e);
    }
  }

  /**
   * Reports that have come since the last call, up to the last one that is there now; where Kafka
   * does not answer, those that are here.
   */
  List<Report> rest() {
    Map<TopicPartition, Long> end;
    try {
      end = consumer.endOffsets(consumer.assignment(), PATIENCE);
    } catch (TimeoutException e) {
      return next();
    }
    List<Report> reports = new ArrayList<>();
    while (end.keySet().stream().anyMatch(p -> consumer.position(p) < end.get(p))) {
      reports.addAll(next());
    }
    return reports;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
