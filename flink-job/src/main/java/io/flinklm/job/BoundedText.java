package io.flinklm.job;

import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * A source of text with an end, which it also finds when it goes on from a checkpoint. The
 * connector's own does not (FLINK-31006): restored after all partitions were assigned, it never
 * tells its readers that no more will come, and they wait for them without end.
 *
 * @param kafka the connector's source, bounded
 */
record BoundedText(KafkaSource<TextRecord> kafka)
    implements Source<TextRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
        ResultTypeQueryable<TextRecord> {

  private static final long serialVersionUID = 1;

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
  public SourceReader<TextRecord, KafkaPartitionSplit> createReader(SourceReaderContext context)
      throws Exception {
    return kafka.createReader(context);
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
