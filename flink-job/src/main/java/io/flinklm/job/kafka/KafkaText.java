package io.flinklm.job.kafka;

import io.flinklm.job.lane.LaneAlignment;
import io.flinklm.job.record.TextRecord;
import io.flinklm.topics.RecordFormat;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
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
import org.apache.flink.connector.base.source.reader.synchronization.FutureCompletingBlockingQueue;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.reader.fetcher.KafkaSourceFetcherManager;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
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
 * @param format of the records
 * @param alignment of the lanes, which is that of the source's watermarks too; null for none
 * @param unread of the partitions, of which the source's watermarks know too; null where the
 *     partitions are not read by turns
 */
public record KafkaText(
    String topic,
    KafkaSource<TextRecord> kafka,
    Properties consumer,
    OnLostText onLostText,
    RecordFormat format,
    LaneAlignment alignment,
    UnreadText unread)
    implements Source<TextRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
        ResultTypeQueryable<TextRecord> {

  private static final long serialVersionUID = 1;

  /**
   * The same with lanes that are aligned. Source and watermarks go to a reader as one, so that they
   * have the same alignment there.
   */
  public KafkaText alignedBy(LaneAlignment other) {
    return new KafkaText(topic, kafka, consumer, onLostText, format, other, unread);
  }

  /** The same, of which the partition is read that is behind in time: {@link PartitionTurns}. */
  public KafkaText byTurns(UnreadText of) {
    return new KafkaText(topic, kafka, consumer, onLostText, format, alignment, of);
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
    ConsumerMetrics metrics = new ConsumerMetrics(context.metricGroup());
    FutureCompletingBlockingQueue<RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>>> fetched =
        new FutureCompletingBlockingQueue<>();
    Map<String, String> settings = new HashMap<>();
    consumer.stringPropertyNames().forEach(name -> settings.put(name, consumer.getProperty(name)));
    SharedPartitions partitions =
        new SharedPartitions(
            ConcurrentHashMap.newKeySet(),
            new TextOrigins(topic, consumer, format),
            new LostText(topic, onLostText));
    PartitionTurns turns = unread == null ? null : new PartitionTurns(metrics, unread, format);
    return new TextReader(
        partitions,
        alignment,
        getBoundedness() == Boundedness.CONTINUOUS_UNBOUNDED,
        format,
        fetched,
        new KafkaSourceFetcherManager(
            fetched,
            () -> new TextPartitionReader(consumer, context, metrics, partitions, turns),
            ended -> {}),
        Configuration.fromMap(settings),
        context,
        metrics);
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
