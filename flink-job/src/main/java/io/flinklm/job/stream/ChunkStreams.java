package io.flinklm.job.stream;

import io.flinklm.job.state.KeptCounters;
import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.wire.RecordPlace;
import io.flinklm.job.wire.ScoreEvent;
import io.flinklm.job.wire.StreamEvent;
import io.flinklm.job.wire.StreamLine;
import io.flinklm.job.wire.TextOwner;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Windows;
import io.flinklm.stream.StreamChunk;
import io.flinklm.stream.StreamCursor;
import io.flinklm.stream.StreamEnd;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Cuts each stream's text into chunks, and forgets the streams that event time has left behind.
 * Whether a stream starts anew is judged from its records' times alone; the timers only make room.
 * An operator and not a process function, because it keeps its counters itself.
 *
 * <p>State: one {@link StreamCursor} a stream, as a blob, keyed by stream, and a timer for each;
 * {@link KeptCounters}.
 */
public final class ChunkStreams extends AbstractStreamOperator<StreamEvent>
    implements OneInputStreamOperator<StreamLine, StreamEvent>,
        Triggerable<String, VoidNamespace>,
        StreamCursor.Events {
  private static final long serialVersionUID = 1;
  private static final ValueStateDescriptor<byte[]> CURSOR =
      new ValueStateDescriptor<>("cursor", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  /** Name of the counter of how many times a stream started, for the first time or anew. */
  static final String STARTED = "streamsStarted";

  /** Name of the counter of how many times a stream ended, silent for its time to live. */
  static final String ENDED = "streamsEnded";

  private final Windows cut;
  private final long timeToLive;
  private final boolean tellsPlaces;
  private transient ValueState<byte[]> state;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient KeptCounters counters;

  /**
   * An operator that has not been opened.
   *
   * @param cut how text is cut into chunks
   * @param timeToLive milliseconds of silence behind which a stream starts anew
   * @param tellsPlaces whether it tells where each record lies
   */
  public ChunkStreams(Windows cut, long timeToLive, boolean tellsPlaces) {
    this.cut = cut;
    this.timeToLive = timeToLive;
    this.tellsPlaces = tellsPlaces;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state = context.getKeyedStateStore().getState(CURSOR);
    counters = new KeptCounters(getMetricGroup(), context.getOperatorStateStore(), STARTED, ENDED);
    Counter started = counters.named(STARTED);
    Counter ended = counters.named(ENDED);
    getMetricGroup().gauge("streams", (Gauge<Long>) () -> started.getCount() - ended.getCount());
  }

  @Override
  public void open() throws Exception {
    super.open();
    timers = getInternalTimerService("time to live", VoidNamespaceSerializer.INSTANCE, this);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    counters.keep();
  }

  @Override
  public void processElement(StreamRecord<StreamLine> element) throws Exception {
    StreamLine line = element.getValue();
    if (line instanceof StreamLine.Tokens text) {
      accept(text);
    } else if (line instanceof StreamLine.Refused refused) {
      emit(new StreamEvent.Refused(refused.refusal()));
    } else if (line instanceof StreamLine.Offsets told) {
      emit(new StreamEvent.Offsets(told.offsets()));
    }
  }

  private void accept(StreamLine.Tokens text) throws Exception {
    if (text.tokens().ids().length == 0) {
      emit(new StreamEvent.Refused(new Refusal(Reason.NO_TOKEN, 0, text.bytes())));
    }
    byte[] kept = state.value();
    StreamCursor cursor = cursor(text.stream(), kept);
    long from = cursor.accept(text.time(), text.tokens(), this);
    tell(RecordPlace.of(text, cursor.began(), from));
    state.update(cursor.write());
    if (kept == null) {
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, cursor.endsAt());
    }
  }

  private StreamCursor cursor(String stream, byte[] kept) throws Exception {
    StreamCursor[] read = {new StreamCursor(stream, cut, timeToLive)};
    if (kept != null) {
      RefusedStateException.endingTheJob(
          () -> read[0] = StreamCursor.read(stream, cut, timeToLive, kept));
    }
    return read[0];
  }

  // There is one timer for each stream; it is moved when it fires, and not at every record.
  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    StreamCursor cursor = cursor(timer.getKey(), state.value());
    if (cursor.endsAt() > timers.currentWatermark()) {
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, cursor.endsAt());
    } else {
      cursor.end(this);
      state.clear();
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("times are those of records");
  }

  @Override
  public void started() {
    counters.named(STARTED).inc();
  }

  @Override
  public void cut(StreamChunk chunk) {
    emit(new StreamEvent.Cut(chunk));
  }

  @Override
  public void ended(StreamEnd end) {
    emit(new StreamEvent.Ended(end));
    tell(new ScoreEvent.Ended(TextOwner.stream(end.stream()), end.time()));
    // At the end of input every timer fires, and the trainer knows which streams were silent.
    if (timers.currentWatermark() != Watermark.MAX_WATERMARK.getTimestamp()) {
      counters.named(ENDED).inc();
    }
  }

  /** How often one of the counters was counted. */
  long counted(String name) {
    return counters.named(name).getCount();
  }

  private void tell(ScoreEvent event) {
    if (tellsPlaces) {
      output.collect(ScoreEvent.PLACES, new StreamRecord<>(event));
    }
  }

  private void emit(StreamEvent event) {
    output.collect(new StreamRecord<>(event));
  }
}
