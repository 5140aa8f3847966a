package io.flinklm.job.train;

import io.flinklm.job.models.Lineage;
import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.wire.ReplicaEvent;
import io.flinklm.job.wire.ScoreEvent;
import io.flinklm.job.wire.TextOwner;
import io.flinklm.job.wire.TextRun;
import io.flinklm.job.wire.TurnEvent;
import io.flinklm.lane.Refusal;
import io.flinklm.replica.Replica;
import io.flinklm.replica.ReplicaOfStreams;
import io.flinklm.stream.StreamChunk;
import io.flinklm.stream.StreamEnd;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Trains replicas on their streams. Of each stream it keeps a blob too, and of each replica what
 * waits for it.
 */
public final class StreamReplicaTrainOperator extends ReplicaOperator<TurnEvent, ReplicaOfStreams>
    implements ReplicaOfStreams.Events {
  private static final long serialVersionUID = 1;
  private static final MapStateDescriptor<String, byte[]> STREAMS =
      new MapStateDescriptor<>(
          "streams", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  private static final ValueStateDescriptor<byte[]> TURNS =
      new ValueStateDescriptor<>("turns", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private transient StatesThread thread;
  private transient Map<Integer, StatesAhead> states;
  private transient MapState<String, byte[]> streams;
  private transient ValueState<byte[]> turns;
  private transient Set<Integer> ended;

  /**
   * An operator that has not been opened.
   *
   * @param setup of each replica
   * @param drawn lineage of the training, where it begins and nobody else says it
   */
  public StreamReplicaTrainOperator(Setup setup, Lineage drawn) {
    super(setup, drawn);
  }

  @Override
  void initializeText(KeyedStateStore store) {
    thread = new StatesThread();
    states = new HashMap<>();
    streams = store.getMapState(STREAMS);
    turns = store.getState(TURNS);
    ended = new HashSet<>();
  }

  // By hash, all rows of a batch may be of one replica.
  private int mostRows() {
    return setup().config().laneCount();
  }

  @Override
  ReplicaOfStreams begun(int number, ReplicaStart start) {
    return withStreams(start.begun(number, mostRows()));
  }

  private ReplicaOfStreams withStreams(Replica replica) {
    StatesAhead ahead =
        new StatesAhead(new KeptReplicaStreams(kept(), replica.number(), streams), thread);
    states.put(replica.number(), ahead);
    return new ReplicaOfStreams(replica, ahead, this);
  }

  @Override
  ReplicaOfStreams restored(int number, ReplicaStart start) throws Exception {
    Replica replica = kept().restored(number, mostRows(), start, Map.of());
    kept().turnTo(number);
    byte[] waiting = turns.value();
    ReplicaOfStreams restored = withStreams(replica);
    try {
      RefusedStateException.endingTheJob(() -> restored.read(waiting));
    } catch (Exception | Error e) {
      restored.close();
      throw e;
    }
    return restored;
  }

  @Override
  void keepText(ReplicaOfStreams of) throws Exception {
    turns.update(of.write());
  }

  @Override
  TextRun run(ReplicaOfStreams of, int row) {
    StreamChunk chunk = of.rows().rows().get(row);
    return TextRun.of(chunk.stream(), chunk.began());
  }

  @Override
  Stall.Waiting waiting() {
    return WaitingReplicas.ofStreams(here(), rounds());
  }

  @Override
  public void open() throws Exception {
    super.open();
    getMetricGroup()
        .gauge(
            "chunksWaiting",
            (Gauge<Integer>) () -> here().stream().mapToInt(ReplicaOfStreams::chunksWaiting).sum());
  }

  /** Does nothing: the states are those of the thread that reads and writes them. */
  @Override
  @SuppressWarnings({"rawtypes", "unchecked"}) // As Flink declares it.
  public void setKeyContextElement1(StreamRecord element) {}

  @Override
  public void processElement1(StreamRecord<TurnEvent> element) {
    TurnEvent event = element.getValue();
    if (event instanceof TurnEvent.Offsets told) {
      output.collect(new StreamRecord<>(new ReplicaEvent.Read(told.offsets())));
    } else if (event instanceof TurnEvent.Next next) {
      replica(next.replica()).add(next.turn());
      train();
    } else if (event instanceof TurnEvent.End end) {
      ended.add(end.replica());
      if (ended.size() == here().size()) {
        endText();
      }
    }
  }

  @Override
  public void refuse(int replica, Refusal refusal) {
    output.collect(new StreamRecord<>(new ReplicaEvent.Refused(replica, refusal)));
  }

  @Override
  public void ended(StreamEnd end) {
    if (setup().options().scores()) {
      ScoreEvent told = new ScoreEvent.Ended(TextOwner.stream(end.stream()), end.time());
      output.collect(ScoreEvent.SURPRISALS, new StreamRecord<>(told));
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    states.values().forEach(StatesAhead::settle);
    super.snapshotState(context);
  }

  @Override
  public void close() throws Exception {
    if (thread != null) {
      thread.close();
    }
    super.close();
  }
}
