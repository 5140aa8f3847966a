package io.flinklm.job;

import io.flinklm.job.LaneCursor.MisplacedException;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Cuts each lane's text into chunks. An operator and not a process function, because at the end of
 * input every lane's tail must be counted.
 *
 * <p>State: one {@link LaneCursor} a lane, as a blob, keyed by lane; {@link KeptCounters}.
 */
final class ChunkOperator extends AbstractStreamOperator<LaneEvent>
    implements OneInputStreamOperator<LaneText, LaneEvent>, BoundedOneInput {
  private static final long serialVersionUID = 1;
  private static final ValueStateDescriptor<byte[]> CURSOR =
      new ValueStateDescriptor<>("cursor", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final int bptt;
  private final boolean contiguous;
  private final boolean tellsPlaces;
  private transient ValueState<byte[]> cursors;
  private transient KeptCounters counters;

  /**
   * An operator that has not been opened.
   *
   * @param contiguous whether windows follow each other, as {@link LaneCursor} has it
   * @param tellsPlaces whether it tells where each record lies
   */
  ChunkOperator(int bptt, boolean contiguous, boolean tellsPlaces) {
    this.bptt = bptt;
    this.contiguous = contiguous;
    this.tellsPlaces = tellsPlaces;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    cursors = context.getKeyedStateStore().getState(CURSOR);
    counters =
        new KeptCounters(
            getMetricGroup(), context.getOperatorStateStore(), KeptCounters.DEAD_LETTERS);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    counters.keep();
  }

  @Override
  public void processElement(StreamRecord<LaneText> element) throws Exception {
    LaneText text = element.getValue();
    if (text.offsets() != null) {
      emit(LaneEvent.of(text.offsets()));
      return;
    }
    if (text.lane() == LaneText.NO_LANE) {
      emit(LaneEvent.of(LaneText.NO_LANE, text.refusal()));
      return;
    }
    LaneCursor cursor = cursor(text.lane());
    try {
      cursor.accept(text, this::emit).ifPresent(this::tell);
    } catch (MisplacedException e) {
      DeadLetter letter = DeadLetter.of(text.record(), e.getMessage());
      output.collect(TrainingJob.DEAD_LETTERS, new StreamRecord<>(letter));
      counters.named(KeptCounters.DEAD_LETTERS).inc();
    }
    cursors.update(cursor.write());
  }

  @Override
  public void endInput() throws Exception {
    for (Integer lane :
        this.<Integer>getKeyedStateBackend()
            .getKeys(CURSOR.getName(), VoidNamespace.INSTANCE)
            .sorted()
            .toList()) {
      setCurrentKey(lane);
      LaneCursor cursor = cursor(lane);
      cursor.end(this::emit);
      cursors.update(cursor.write());
    }
  }

  private LaneCursor cursor(int lane) throws Exception {
    byte[] blob = cursors.value();
    return blob == null
        ? new LaneCursor(lane, bptt, contiguous)
        : LaneCursor.read(lane, bptt, contiguous, blob);
  }

  private void tell(RecordPlace place) {
    if (tellsPlaces) {
      output.collect(TrainingJob.PLACES, new StreamRecord<>(place));
    }
  }

  private void emit(LaneEvent event) {
    output.collect(new StreamRecord<>(event));
  }
}
