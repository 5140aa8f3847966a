package io.flinklm.job.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connector's metrics of a reader, and the consumer that they are of: the connector's reader of
 * partitions shows it to nobody else. To be asked from the thread that fetches.
 */
final class ConsumerMetrics extends KafkaSourceReaderMetrics {
  private static final Logger LOG = LoggerFactory.getLogger(ConsumerMetrics.class);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

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

  /**
   * Asks Kafka where these end. By itself a consumer learns that of a partition when it hands out
   * what it fetched of it, and that may be after all that it fetched of another one.
   *
   * @throws WakeupException if the thread that fetches is to do something else first
   */
  void askForEndsOf(Collection<TopicPartition> partitions) {
    try {
      consumer.endOffsets(partitions, PATIENCE);
    } catch (TimeoutException e) {
      LOG.debug("Kafka does not say for now where {} end", partitions, e);
    }
  }

  /** Whether Kafka has said that a partition has more than was handed out. */
  boolean hasMore(TopicPartition partition) {
    return consumer.currentLag(partition).orElse(0) > 0;
  }

  /** Those of which nothing is handed out for now. */
  Set<TopicPartition> paused() {
    return consumer.paused();
  }

  /** Hands out nothing of these, keeps what was fetched of them, and hands out all others. */
  void pauseOnly(Collection<TopicPartition> partitions) {
    consumer.resume(consumer.paused());
    consumer.pause(partitions);
  }
}
