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
  private transient Map<Integer, Long> offsets;
  private transient KeptCounters counters;
  private transient boolean toldOfMarks;

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
    counters =
        new KeptCounters(
            getMetricGroup(),
            context.getOperatorStateStore(),
            KeptCounters.DEAD_LETTERS,
            KeptCounters.BYTE_ORDER_MARKS);
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
    counters.named(KeptCounters.DEAD_LETTERS).inc();
  }

  /** Counts a record that began with a byte order mark. */
  protected final void countMark(TextRecord record) {
    counters.named(KeptCounters.BYTE_ORDER_MARKS).inc();
    if (!toldOfMarks) {
      toldOfMarks = true;
      LOG.warn(
          "the record at offset {} of partition {} of the topic {} begins with a byte order mark,"
              + " which is left out, as it is of every record; this is said once",
          record.offset(),
          record.partition(),
          record.topic());
    }
  }

  /** How many records began with a byte order mark. */
  public final long byteOrderMarks() {
    return counters.named(KeptCounters.BYTE_ORDER_MARKS).getCount();
  }

  /** Tells those that come behind. */
  protected final void emit(T event) {
    output.collect(new StreamRecord<>(event));
  }
}
