package io.flinklm.job.kafka;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.reader.KafkaPartitionSplitReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.Counter;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connector's reader of partitions, which says and counts what is gone before it was read. */
final class PromptPartitionReader extends KafkaPartitionSplitReader {
  private static final Logger LOG = LoggerFactory.getLogger(PromptPartitionReader.class);

  private final Properties client = new Properties();
  private final Counter lost;

  /**
   * A reader that has no partition yet.
   *
   * @param consumer properties of the consumer that reads
   * @param lost counts the prompts that are gone
   */
  PromptPartitionReader(
      Properties consumer,
      SourceReaderContext context,
      KafkaSourceReaderMetrics metrics,
      Counter lost) {
    super(consumer, context, metrics);
    this.lost = lost;
    client.putAll(consumer);
    // Two clients of one name would share their metrics.
    client.remove(CommonClientConfigs.CLIENT_ID_CONFIG);
  }

  @Override
  public RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> fetch() throws IOException {
    try {
      return super.fetch();
    } catch (TopicAuthorizationException e) {
      throw new MissingRightException(
          String.join(", ", e.unauthorizedTopics()),
          client.getProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG),
          e);
    } catch (OffsetOutOfRangeException e) {
      e.offsetOutOfRangePartitions().forEach(this::goOnAtTheFirst);
      return new RecordsBySplits<>(Map.of(), Set.of());
    }
  }

  // While Kafka does not say who takes commits, Kafka's client takes a request to leave off reading
  // for one to leave off committing. That fails the commit, not the job.
  @Override
  public void notifyCheckpointComplete(
      Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback committed) {
    try {
      super.notifyCheckpointComplete(offsets, committed);
    } catch (WakeupException e) {
      committed.onComplete(offsets, e);
    }
  }

  private void goOnAtTheFirst(TopicPartition partition, long wanted) {
    long first = first(partition);
    if (first > wanted) {
      lost.inc(first - wanted);
      LOG.warn(
          "{} prompts are gone from Kafka before they were read, and are never answered: partition"
              + " {} of the topic {} goes on at offset {}, and {} was to be read next",
          first - wanted,
          partition.partition(),
          partition.topic(),
          first,
          wanted);
    } else {
      LOG.warn(
          "partition {} of the topic {} ends before offset {}, which was to be read next: its"
              + " prompts are read from the first one on, at offset {}",
          partition.partition(),
          partition.topic(),
          wanted,
          first);
    }
    super.handleSplitsChanges(
        new SplitsAddition<>(List.of(new KafkaPartitionSplit(partition, first))));
  }

  private long first(TopicPartition partition) {
    try (Admin admin = Admin.create(client)) {
      return admin
          .listOffsets(Map.of(partition, OffsetSpec.earliest()))
          .partitionResult(partition)
          .get()
          .offset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Kafka does not say what " + partition + " has", e.getCause());
    }
  }
}
