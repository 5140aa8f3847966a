package io.flinklm.local;

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
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows the reports of a run in the topic {@code metrics}, as anybody may who reaches Kafka. Not
 * thread safe.
 */
final class MetricsFollower implements AutoCloseable {
  private static final Duration WAIT = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;

  private MetricsFollower(KafkaConsumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /** Follows from now on: earlier reports are not seen. */
  static MetricsFollower fromNowOn(String bootstrap, Properties client) {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topics.METRICS).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.endOffsets(partitions).forEach(consumer::seek);
    return new MetricsFollower(consumer);
  }

  /** Reports that have come since the last call; waits a moment for some. */
  List<Report> next() {
    List<Report> reports = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
      reports.add(ReportJson.parse(record.value()));
    }
    return reports;
  }

  /** Reports that have come since the last call, up to the last one that is there now. */
  List<Report> rest() {
    Map<TopicPartition, Long> end = consumer.endOffsets(consumer.assignment());
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
