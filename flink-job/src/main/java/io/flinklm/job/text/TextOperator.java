package io.flinklm.job.text;

import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.state.KeptCounters;
import io.flinklm.job.wire.TextOffsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * An operator that reads the records of the topic {@code text}, for lanes or for streams. It tells
 * how far it has read before each barrier and at the end, which is why it is no process function.
 *
 * <p>State: {@link KeptCounters}.
 *
 * @param <T> what it tells
 */
public abstract class TextOperator<T> extends AbstractStreamOperator<T>
    implements OneInputStreamOperator<TextRecord, T>, BoundedOneInput {
  private static final long serialVersionUID = 1;
  private final String[] counted;
  private transient Map<Integer, Long> offsets;
  private transient KeptCounters counters;

  /** An operator that has not been opened, with the names of its counters. */
  protected TextOperator(String... counted) {
    this.counted = counted;
  }

  /**
   * Reads a record.
   *
   * @param time that Kafka has of it
   */
  protected abstract void read(TextRecord record, long time);

  /** How far the topic was read, as it is told to those that come behind. */
  protected abstract T told(TextOffsets offsets);

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    offsets = new HashMap<>();
    counters = new KeptCounters(getMetricGroup(), context.getOperatorStateStore(), counted);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    counters.keep();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    tellOffsets();
  }

  @Override
  public void endInput() {
    tellOffsets();
  }

  private void tellOffsets() {
    if (!offsets.isEmpty()) {
      emit(told(new TextOffsets(Map.copyOf(offsets))));
    }
  }

  @Override
  public final void processElement(StreamRecord<TextRecord> element) {
    TextRecord record = element.getValue();
    offsets.merge(record.partition(), record.offset() + 1, Math::max);
    read(record, element.getTimestamp());
  }

  /** Sends a record that cannot be used to dead letters. */
  protected final void sendToDeadLetters(TextRecord record, String message) {
    output.collect(DeadLetter.TAG, new StreamRecord<>(DeadLetter.of(record, message)));
    count(KeptCounters.DEAD_LETTERS);
  }

  /** Counts one more. */
  protected final void count(String name) {
    counters.named(name).inc();
  }

  /** Tells those that come behind. */
  protected final void emit(T event) {
    output.collect(new StreamRecord<>(event));
  }
}
