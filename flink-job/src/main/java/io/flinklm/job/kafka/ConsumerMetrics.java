package io.flinklm.job.kafka;

import java.util.Collection;
import java.util.Set;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The connector's metrics of a reader, and the consumer that they are of: the connector's reader of
 * partitions shows it to nobody else. To be asked from the thread that fetches.
 */
final class ConsumerMetrics extends KafkaSourceReaderMetrics {
  private KafkaConsumer<?, ?> consumer;

  /** Metrics of a reader that has no consumer yet. */
  ConsumerMetrics(SourceReaderMetricGroup group) {
    super(group);
  }

  @Override
  public void registerNumBytesIn(KafkaConsumer<?, ?> of) {
    consumer = of;
    super.registerNumBytesIn(of);
  }

  /** The partitions that it reads. */
  Set<TopicPartition> assigned() {
    return consumer.assignment();
  }

  /** Whether Kafka has said that a partition has more than was handed out. */
  boolean hasMore(TopicPartition partition) {
    return consumer.currentLag(partition).orElse(0) > 0;
  }

  /** Hands out nothing of these until they are resumed; keeps what was fetched of them. */
  void pause(Collection<TopicPartition> partitions) {
    consumer.pause(partitions);
  }

  /** Hands out what there is of these. */
  void resume(Collection<TopicPartition> partitions) {
    consumer.resume(partitions);
  }
}
