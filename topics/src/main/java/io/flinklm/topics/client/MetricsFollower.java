package io.flinklm.topics.client;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
public final class MetricsFollower implements AutoCloseable {
  private static final Duration WAIT = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private String lineage;
  private Report another;

  private MetricsFollower(KafkaConsumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /** Follows from now on: earlier reports are not seen. */
  public static MetricsFollower fromNowOn(KafkaAddress kafka) {
    return withPast(kafka, 0);
  }

  /** Follows from so many reports ago, or from the first that is there. */
  public static MetricsFollower withPast(KafkaAddress kafka, long reports) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.consumerProperties(Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(kafka.named(TopicNames.METRICS)).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> start = consumer.beginningOffsets(partitions);
    consumer
        .endOffsets(partitions)
        .forEach((p, end) -> consumer.seek(p, Math.max(start.get(p), end - reports)));
    return new MetricsFollower(consumer);
  }

  /** The same, of one training alone: reports of all others are left out. */
  public MetricsFollower of(String training) {
    lineage = training;
    return this;
  }

  /** A training that reported too and was left out; empty if there was none. */
  public Optional<Report> another() {
    return Optional.ofNullable(another);
  }

  /** Reports that have come since the last call; waits a moment for some. */
  public List<Report> next() {
    List<Report> reports = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
      Report report = report(record);
      if (lineage == null || lineage.equals(report.lineage())) {
        reports.add(report);
      } else {
        another = report;
      }
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
  public List<Report> rest() {
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
