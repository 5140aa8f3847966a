package io.flinklm.job.lane;

import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.state.KeptCounters;
import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.job.wire.RecordPlace;
import io.flinklm.job.wire.ScoreEvent;
import io.flinklm.lane.Windows;
import io.flinklm.text.Tokenizer;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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
 * <p>State: one {@link LaneCursor} a lane, as a blob, keyed by lane; {@link KeptCounters}. Between
 * checkpoints the cursors live here: a blob for each record would be most of the operator's work.
 */
public final class ChunkOperator extends AbstractStreamOperator<LaneEvent>
    implements OneInputStreamOperator<LaneText, LaneEvent>, BoundedOneInput {
  private static final long serialVersionUID = 1;
  private static final ValueStateDescriptor<byte[]> CURSOR =
      new ValueStateDescriptor<>("cursor", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final Windows cut;
  private final boolean tellsPlaces;
  private final Tokenizer tokenizer;
  private transient ValueState<byte[]> state;
  private transient SortedMap<Integer, LaneCursor> cursors;
  private transient KeptCounters counters;
  private transient boolean toldOfPartitions;

  /**
   * An operator that has not been opened.
   *
   * @param cut how text is cut into chunks
   * @param tellsPlaces whether it tells where each record lies
   * @param tokenizer of the text, for how long a token is that an older build has kept
   */
  public ChunkOperator(Windows cut, boolean tellsPlaces, Tokenizer tokenizer) {
    this.cut = cut;
    this.tellsPlaces = tellsPlaces;
    this.tokenizer = tokenizer;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state = context.getKeyedStateStore().getState(CURSOR);
    RefusedStateException.endingTheJob(() -> cursors = restored());
    counters =
        new KeptCounters(
            getMetricGroup(),
            context.getOperatorStateStore(),
            KeptCounters.DEAD_LETTERS,
            KeptCounters.PARTITION_CHANGES,
            KeptCounters.LOST_TEXT_HOLES);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    counters.keep();
    for (Map.Entry<Integer, LaneCursor> cursor : cursors.entrySet()) {
      setCurrentKey(cursor.getKey());
      state.update(cursor.getValue().write());
    }
  }

  @Override
  public void processElement(StreamRecord<LaneText> element) throws Exception {
    LaneText text = element.getValue();
    if (text instanceof LaneText.OfLane ofLane) {
      accept(ofLane);
    } else if (text instanceof LaneText.Offsets told) {
      emit(LaneEvent.of(told.offsets()));
    } else if (text instanceof LaneText.OfNoLane refused) {
      emit(LaneEvent.of(LaneText.NO_LANE, refused.refusal()));
    } else if (text instanceof LaneText.Lost lost) {
      lose(lost);
    }
  }

  private void accept(LaneText.OfLane text) {
    LaneCursor cursor = cursors.computeIfAbsent(text.lane(), lane -> new LaneCursor(lane, cut));
    if (cursor.leavesPartition(text)) {
      count(text);
    }
    try {
      cursor.accept(text, this::emit).ifPresent(this::tell);
    } catch (MisplacedException e) {
      DeadLetter letter = DeadLetter.of(text.record(), e.getMessage());
      output.collect(DeadLetter.TAG, new StreamRecord<>(letter));
      counters.named(KeptCounters.DEAD_LETTERS).inc();
    }
  }

  // A lane of which nothing was read yet has no text that could go on as if nothing were lost.
  private void lose(LaneText.Lost text) {
    LaneCursor cursor = cursors.get(text.lane());
    if (cursor != null && cursor.loses(text.partition())) {
      counters.named(KeptCounters.LOST_TEXT_HOLES).inc();
    }
  }

  private void count(LaneText.OfLane text) {
    counters.named(KeptCounters.PARTITION_CHANGES).inc();
    if (!toldOfPartitions) {
      toldOfPartitions = true;
      LOG.warn(
          "text of lane {} comes from partition {} and came from another one before: it starts"
              + " fresh, because without the header position nothing says how the two follow each"
              + " other. Either the topic was given more partitions, or clients with different"
              + " partitioners write the same key; this is said once",
          text.lane(),
          text.record().partition());
    }
  }

  @Override
  public void endInput() {
    cursors.values().forEach(cursor -> cursor.end(this::emit));
  }

  private SortedMap<Integer, LaneCursor> restored() throws Exception {
    SortedMap<Integer, LaneCursor> restored = new TreeMap<>();
    List<Integer> lanes =
        this.<Integer>getKeyedStateBackend()
            .getKeys(CURSOR.getName(), VoidNamespace.INSTANCE)
            .toList();
    for (Integer lane : lanes) {
      setCurrentKey(lane);
      restored.put(lane, LaneCursor.read(lane, cut, tokenizer::length, state.value()));
    }
    return restored;
  }

  private void tell(RecordPlace place) {
    if (tellsPlaces) {
      output.collect(ScoreEvent.PLACES, new StreamRecord<>(place));
    }
  }

  private void emit(LaneEvent event) {
    output.collect(new StreamRecord<>(event));
  }
}
