package io.flinklm.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
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
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitState;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source of text whose checkpoints know how far the lanes had come, so that {@link LaneAlignment}
 * goes on where it was. And one that, if it has an end, also finds it when it goes on from a
 * checkpoint. The connector's own does not (FLINK-31006): restored after all partitions were
 * assigned, it never tells its readers that no more will come, and they wait for them without end.
 * And partitions of this one can be held back, where the connector's reader fails when it is told
 * to pause one that has just ended.
 *
 * @param kafka the connector's source
 * @param consumer properties of the consumer that reads
 * @param records what the consumer's records become
 * @param alignment of the lanes, which is that of the source's watermarks too; null for none
 */
record KafkaText(
    KafkaSource<TextRecord> kafka,
    Properties consumer,
    KafkaRecordDeserializationSchema<TextRecord> records,
    LaneAlignment alignment)
    implements Source<TextRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
        ResultTypeQueryable<TextRecord> {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(KafkaText.class);

  /**
   * The same with lanes that are aligned. Source and watermarks go to a reader as one, so that they
   * have the same alignment there.
   */
  KafkaText alignedBy(LaneAlignment other) {
    return new KafkaText(kafka, consumer, records, other);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
      throws Exception {
    return getBoundedness() == Boundedness.BOUNDED
            && state.initialDiscoveryFinished()
            && state.unassignedSplits().isEmpty()
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
    Set<Integer> held = ConcurrentHashMap.newKeySet();
    return new Reader(
        this,
        held,
        fetched,
        new KafkaSourceFetcherManager(
            fetched, () -> new PartitionReader(consumer, context, metrics, held), ended -> {}),
        new KafkaRecordEmitter<>(records),
        Configuration.fromMap(settings),
        context,
        metrics);
  }

  /** The connector's reader, which keeps the alignment with its partitions. */
  private static final class Reader extends KafkaSourceReader<TextRecord> {
    private final LaneAlignment alignment;
    private final boolean endless;
    private final Set<Integer> held;

    Reader(
        KafkaText text,
        Set<Integer> held,
        FutureCompletingBlockingQueue<RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>>> fetched,
        KafkaSourceFetcherManager fetchers,
        KafkaRecordEmitter<TextRecord> emitter,
        Configuration settings,
        SourceReaderContext context,
        KafkaSourceReaderMetrics metrics) {
      super(fetched, fetchers, emitter, settings, context, metrics);
      this.alignment = text.alignment;
      this.endless = text.getBoundedness() == Boundedness.CONTINUOUS_UNBOUNDED;
      this.held = held;
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {
      Map<Integer, KafkaPartitionSplit> goOn = new HashMap<>();
      for (KafkaPartitionSplit split : splits) {
        if (alignment != null && split instanceof TextSplit text) {
          alignment.goOn(split.getPartition(), text.progress());
          goOn.put(split.getPartition(), split);
        }
      }
      // Behind the end of a lane nothing would release the others.
      if (endless && !goOn.isEmpty()) {
        held.addAll(
            alignment.holdBack(partition -> release(partition, goOn.get(partition).splitId())));
      }
      super.addSplits(splits);
    }

    private void release(int partition, String split) {
      // In this order: whoever is about to hold it back sees that it is not held any more, or the
      // request to read it comes behind that.
      held.remove(partition);
      pauseOrResumeSplits(List.of(), List.of(split));
    }

    @Override
    protected KafkaPartitionSplit toSplitType(String id, KafkaPartitionSplitState state) {
      KafkaPartitionSplit split = super.toSplitType(id, state);
      return alignment == null
          ? split
          : new TextSplit(split, alignment.progress(split.getPartition()));
    }
  }

  /** The connector's reader of partitions, which knows nothing to pause where one has ended. */
  private static final class PartitionReader extends KafkaPartitionSplitReader {
    private final Set<Integer> held;
    private final List<KafkaPartitionSplit> paused = new ArrayList<>();

    PartitionReader(
        Properties consumer,
        SourceReaderContext context,
        KafkaSourceReaderMetrics metrics,
        Set<Integer> held) {
      super(consumer, context, metrics);
      this.held = held;
    }

    @Override
    public void handleSplitsChanges(SplitsChange<KafkaPartitionSplit> change) {
      super.handleSplitsChanges(change);
      if (change instanceof SplitsAddition) {
        for (KafkaPartitionSplit split : change.splits()) {
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
      return super.fetch();
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
    return new TextSplit.Serializer();
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
