package io.flinklm.job.kafka;

import java.util.List;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;

/**
 * Assigns no partition, as all are assigned: what is left to do when the readers have them in their
 * own state.
 *
 * @param context of the readers
 * @param state of the source, which stays what it is
 */
record AllAssigned(SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
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
