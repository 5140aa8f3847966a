package io.flinklm.job.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.reader.KafkaPartitionSplitReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connector's reader of partitions, with five differences: it reads nothing before it is known
 * that a partition is the one that was read before; where text is gone, it does not pass that over;
 * it knows nothing to pause where a partition has ended; it reads partitions of streams by turns;
 * and no commit of offsets ends the job.
 */
final class TextPartitionReader extends KafkaPartitionSplitReader {
  private static final Logger LOG = LoggerFactory.getLogger(TextPartitionReader.class);

  private final Set<Integer> held;
  private final TextOrigins origins;
  private final LostText lost;
  private final PartitionTurns turns;
  private final Map<TopicPartition, KafkaPartitionSplit> splits = new HashMap<>();
  private final List<KafkaPartitionSplit> paused = new ArrayList<>();

  /**
   * A reader that has no partition yet.
   *
   * @param consumer properties of the consumer that reads
   * @param partitions that it will get
   * @param turns of the partitions; null for none
   */
  TextPartitionReader(
      Properties consumer,
      SourceReaderContext context,
      KafkaSourceReaderMetrics metrics,
      SharedPartitions partitions,
      PartitionTurns turns) {
    super(consumer, context, metrics);
    this.held = partitions.held();
    this.origins = partitions.origins();
    this.lost = partitions.lost();
    this.turns = turns;
  }

  @Override
  public void handleSplitsChanges(SplitsChange<KafkaPartitionSplit> change) {
    super.handleSplitsChanges(change);
    if (change instanceof SplitsAddition) {
      for (KafkaPartitionSplit split : change.splits()) {
        splits.put(split.getTopicPartition(), split);
        origins.add(split.getPartition());
        if (held.contains(split.getPartition())) {
          pauseOrResumeSplits(List.of(split), List.of());
          paused.add(split);
        }
      }
    }
  }

  @Override
  public RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> fetch() throws IOException {
    for (KafkaPartitionSplit split : List.copyOf(paused)) {
      if (!held.contains(split.getPartition())) {
        paused.remove(split);
        pauseOrResumeSplits(List.of(), List.of(split));
      }
    }
    if (!origins.areSure()) {
      return nothing();
    }
    try {
      return turns == null ? super.fetch() : fetchByTurns();
    } catch (AuthorizationException e) {
      throw origins.missingRight(e);
    } catch (OffsetOutOfRangeException e) {
      // Of a topic that was made anew, first of all that is to be said.
      origins.doubt();
      while (!origins.areSure() && !Thread.currentThread().isInterrupted()) {
        LOG.debug("waiting for Kafka to say whether the topic is the same");
      }
      e.offsetOutOfRangePartitions().forEach(this::goOnBehind);
      return nothing();
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

  private RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> fetchByTurns() throws IOException {
    try {
      turns.next();
    } catch (WakeupException e) {
      return nothing();
    }
    return turns.fetched(super.fetch());
  }

  private void goOnBehind(TopicPartition partition, long wanted) {
    long next = lost.find(partition.partition(), wanted, origins.bounds(partition));
    long end =
        splits.get(partition).getStoppingOffset().orElse(KafkaPartitionSplit.NO_STOPPING_OFFSET);
    super.handleSplitsChanges(
        new SplitsAddition<>(List.of(new KafkaPartitionSplit(partition, next, end))));
  }

  private static RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> nothing() {
    return new RecordsBySplits<>(Map.of(), Set.of());
  }

  @Override
  public void pauseOrResumeSplits(
      Collection<KafkaPartitionSplit> pause, Collection<KafkaPartitionSplit> resume) {
    resume.forEach(
        split -> unlessEnded(() -> super.pauseOrResumeSplits(List.of(), List.of(split))));
    pause.forEach(split -> unlessEnded(() -> super.pauseOrResumeSplits(List.of(split), List.of())));
  }

  // One that has come to its end here may be open still for who asks to pause it.
  private static void unlessEnded(Runnable request) {
    try {
      request.run();
    } catch (IllegalStateException e) {
      LOG.debug("a partition had ended before it was paused or resumed", e);
    }
  }

  @Override
  public void close() throws Exception {
    try {
      origins.close();
    } finally {
      super.close();
    }
  }
}
