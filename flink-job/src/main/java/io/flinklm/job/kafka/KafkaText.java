package io.flinklm.job.kafka;

import io.flinklm.job.lane.LaneAlignment;
import io.flinklm.job.record.TextRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
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
import org.apache.flink.connector.kafka.source.reader.KafkaSourceReader;
import org.apache.flink.connector.kafka.source.reader.fetcher.KafkaSourceFetcherManager;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitState;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A source of text whose checkpoints know how far the lanes had come, so that {@link LaneAlignment}
 * goes on where it was. And one that, if it has an end, also finds it when it goes on from a
 * checkpoint. The connector's own does not (FLINK-31006): restored after all partitions were
 * assigned, it never tells its readers that no more will come, and they wait for them without end.
 * What is more is in {@link TextPartitionReader}.
 *
 * @param topic of the text
 * @param kafka the connector's source
 * @param consumer properties of the consumer that reads
 * @param onLostText what is done where Kafka has deleted text before it was read
 * @param alignment of the lanes, which is that of the source's watermarks too; null for none
 */
public record KafkaText(
    String topic,
    KafkaSource<TextRecord> kafka,
    Properties consumer,
    OnLostText onLostText,
    LaneAlignment alignment)
    implements Source<TextRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
        ResultTypeQueryable<TextRecord> {

  private static final long serialVersionUID = 1;

  /**
   * The same with lanes that are aligned. Source and watermarks go to a reader as one, so that they
   * have the same alignment there.
   */
  public KafkaText alignedBy(LaneAlignment other) {
    return new KafkaText(topic, kafka, consumer, onLostText, other);
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
    TextOrigins origins = new TextOrigins(topic, consumer);
    LostText lost = new LostText(topic, onLostText);
    return new Reader(
        this,
        held,
        origins,
        fetched,
        new KafkaSourceFetcherManager(
            fetched,
            () -> new TextPartitionReader(consumer, context, metrics, held, origins, lost),
            ended -> {}),
        new TextEmitter(lost),
        Configuration.fromMap(settings),
        context,
        metrics);
  }

  /** The connector's reader, which keeps alignment and origin with its partitions. */
  private static final class Reader extends KafkaSourceReader<TextRecord> {
    private final LaneAlignment alignment;
    private final boolean endless;
    private final Set<Integer> held;
    private final TextOrigins origins;
    private final Map<String, Integer> partitions = new HashMap<>();

    Reader(
        KafkaText text,
        Set<Integer> held,
        TextOrigins origins,
        FutureCompletingBlockingQueue<RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>>> fetched,
        KafkaSourceFetcherManager fetchers,
        TextEmitter emitter,
        Configuration settings,
        SourceReaderContext context,
        KafkaSourceReaderMetrics metrics) {
      super(fetched, fetchers, emitter, settings, context, metrics);
      this.alignment = text.alignment;
      this.endless = text.getBoundedness() == Boundedness.CONTINUOUS_UNBOUNDED;
      this.held = held;
      this.origins = origins;
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {
      Map<Integer, KafkaPartitionSplit> goOn = new HashMap<>();
      for (KafkaPartitionSplit split : splits) {
        partitions.put(split.splitId(), split.getPartition());
        if (split instanceof TextSplit text) {
          text.origin().ifPresent(origin -> origins.goOn(split.getPartition(), origin));
          if (alignment != null && text.progress().isPresent()) {
            alignment.goOn(split.getPartition(), text.progress().orElseThrow());
            goOn.put(split.getPartition(), split);
          }
        }
      }
      // Behind the end of a lane nothing would release the others.
      if (endless && !goOn.isEmpty()) {
        held.addAll(
            alignment.holdBack(partition -> release(partition, goOn.get(partition).splitId())));
      }
      super.addSplits(splits.stream().map(Reader::fromItsFirst).toList());
    }

    // A partition that was added to the topic meanwhile: "the first there is" would pass over what
    // is deleted before it is read.
    private static KafkaPartitionSplit fromItsFirst(KafkaPartitionSplit split) {
      return split.getStartingOffset() == KafkaPartitionSplit.EARLIEST_OFFSET
          ? new KafkaPartitionSplit(
              split.getTopicPartition(),
              0,
              split.getStoppingOffset().orElse(KafkaPartitionSplit.NO_STOPPING_OFFSET))
          : split;
    }

    private void release(int partition, String split) {
      // In this order: whoever is about to hold it back sees that it is not held any more, or the
      // request to read it comes behind that.
      held.remove(partition);
      super.pauseOrResumeSplits(List.of(), List.of(split));
    }

    @Override
    public void pauseOrResumeSplits(Collection<String> pause, Collection<String> resume) {
      if (alignment != null) {
        alignment.pauseOrResume(numbers(pause), numbers(resume));
      }
      super.pauseOrResumeSplits(pause, resume);
    }

    private Set<Integer> numbers(Collection<String> splits) {
      return splits.stream().map(partitions::get).collect(Collectors.toSet());
    }

    @Override
    protected KafkaPartitionSplit toSplitType(String id, KafkaPartitionSplitState state) {
      KafkaPartitionSplit split = super.toSplitType(id, state);
      int partition = split.getPartition();
      return new TextSplit(
          split, alignment == null ? null : alignment.progress(partition), origins.of(partition));
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
