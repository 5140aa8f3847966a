package io.flinklm.job;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.synchronization.FutureCompletingBlockingQueue;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.reader.KafkaPartitionSplitReader;
import org.apache.flink.connector.kafka.source.reader.KafkaRecordEmitter;
import org.apache.flink.connector.kafka.source.reader.KafkaSourceReader;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.connector.kafka.source.reader.fetcher.KafkaSourceFetcherManager;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source of text with an end, which it also finds when it goes on from a checkpoint. The
 * connector's own does not (FLINK-31006): restored after all partitions were assigned, it never
 * tells its readers that no more will come, and they wait for them without end. And partitions of
 * this one can be held back, where the connector's reader fails when it is told to pause one that
 * has just ended.
 *
 * @param kafka the connector's source, bounded
 * @param consumer properties of the consumer that reads
 * @param records what the consumer's records become
 */
record BoundedText(
    KafkaSource<TextRecord> kafka,
    Properties consumer,
    KafkaRecordDeserializationSchema<TextRecord> records)
    implements Source<TextRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
        ResultTypeQueryable<TextRecord> {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(BoundedText.class);

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
      throws Exception {
    return state.initialDiscoveryFinished() && state.unassignedSplits().isEmpty()
        ? new AllAssigned(context, state)
        : kafka.restoreEnumerator(context, state);
  }

  /** What is left to do when the readers have all partitions in their own state. */
  private record AllAssigned(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
      implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {

    @Override
    public void start() {
      // No partition is looked for: the text was between offsets known beforehand.
    }

    @Override
    public void addReader(int subtask) {
      context.signalNoMoreSplits(subtask);
    }

    @Override
    public void handleSplitRequest(int subtask, String host) {
      // Kafka's readers do not ask.
    }

    @Override
    public void addSplitsBack(List<KafkaPartitionSplit> splits, int subtask) {
      // Only what was assigned here could come back.
    }

    @Override
    public KafkaSourceEnumState snapshotState(long checkpoint) {
      return state;
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  @Override
  public Boundedness getBoundedness() {
    return kafka.getBoundedness();
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context) {
    return kafka.createEnumerator(context);
  }

  @Override
  public SourceReader<TextRecord, KafkaPartitionSplit> createReader(SourceReaderContext context) {
    KafkaSourceReaderMetrics metrics = new KafkaSourceReaderMetrics(context.metricGroup());
    FutureCompletingBlockingQueue<RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>>> fetched =
        new FutureCompletingBlockingQueue<>();
    Map<String, String> settings = new HashMap<>();
    consumer.stringPropertyNames().forEach(name -> settings.put(name, consumer.getProperty(name)));
    return new KafkaSourceReader<>(
        fetched,
        new KafkaSourceFetcherManager(
            fetched, () -> new PartitionReader(consumer, context, metrics), ended -> {}),
        new KafkaRecordEmitter<>(records),
        Configuration.fromMap(settings),
        context,
        metrics);
  }

  /** The connector's reader of partitions, which knows nothing to pause where one has ended. */
  private static final class PartitionReader extends KafkaPartitionSplitReader {
    PartitionReader(
        Properties consumer, SourceReaderContext context, KafkaSourceReaderMetrics metrics) {
      super(consumer, context, metrics);
    }

    @Override
    public void pauseOrResumeSplits(
        Collection<KafkaPartitionSplit> pause, Collection<KafkaPartitionSplit> resume) {
      resume.forEach(
          split -> unlessEnded(() -> super.pauseOrResumeSplits(List.of(), List.of(split))));
      pause.forEach(
          split -> unlessEnded(() -> super.pauseOrResumeSplits(List.of(split), List.of())));
    }

    // One that has come to its end here may be open still for who asks to pause it.
    private static void unlessEnded(Runnable request) {
      try {
        request.run();
      } catch (IllegalStateException e) {
        LOG.debug("a partition had ended before it was paused or resumed", e);
      }
    }
  }

  @Override
  public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
    return kafka.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return kafka.getEnumeratorCheckpointSerializer();
  }

  @Override
  public TypeInformation<TextRecord> getProducedType() {
    return kafka.getProducedType();
  }
}
