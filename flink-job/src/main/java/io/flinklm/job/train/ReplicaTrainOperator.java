package io.flinklm.job.train;

import io.flinklm.job.models.Lineage;
import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.ReplicaEvent;
import io.flinklm.job.wire.TextRun;
import io.flinklm.lane.BatchAssembler;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.HiddenState;
import io.flinklm.replica.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Trains replicas on their lanes, of each of which it keeps a blob too. */
public final class ReplicaTrainOperator extends ReplicaOperator<LaneEvent, ReplicaOfLanes>
    implements BoundedMultiInput {
  private static final long serialVersionUID = 1;
  private static final MapStateDescriptor<Integer, byte[]> LANES =
      new MapStateDescriptor<>(
          "lanes", Types.INT, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  private static final int TEXT = 1;

  private transient MapState<Integer, byte[]> lanes;
  private transient TextAhead ahead;
  private transient List<SilentLanes> silent;
  private transient Optional<SilentReplicas> missed;

  /**
   * An operator that has not been opened.
   *
   * @param setup of each replica
   * @param drawn lineage of the training, where it begins and nobody else says it
   */
  public ReplicaTrainOperator(Setup setup, Lineage drawn) {
    super(setup, drawn);
  }

  @Override
  void initializeText(KeyedStateStore store) {
    lanes = store.getMapState(LANES);
  }

  @Override
  ReplicaOfLanes begun(int number, ReplicaStart start) {
    return withLanes(start.begun(number, setup().config().rows()));
  }

  private ReplicaOfLanes withLanes(Replica replica) {
    return new ReplicaOfLanes(replica, setup().config().replication(), setup().config().rows());
  }

  @Override
  ReplicaOfLanes restored(int number, ReplicaStart start) throws Exception {
    Map<Integer, LaneState> states = new TreeMap<>();
    kept().turnTo(number);
    for (Map.Entry<Integer, byte[]> lane : lanes.entries()) {
      RefusedStateException.endingTheJob(
          () ->
              states.put(
                  lane.getKey(), LaneState.read(lane.getValue(), setup().tokenizer()::length)));
    }
    Map<Integer, HiddenState> hiddenStates = new HashMap<>();
    states.forEach(
        (lane, of) -> {
          if (of.hiddenState() != null) {
            hiddenStates.put(lane, of.hiddenState());
          }
        });
    ReplicaOfLanes restored =
        withLanes(kept().restored(number, setup().config().rows(), start, hiddenStates));
    states.forEach((lane, of) -> restore(lane, of, restored.assembler()));
    return restored;
  }

  private void restore(int lane, LaneState of, BatchAssembler assembler) {
    if (of.front() != null) {
      assembler.goOnFrom(of.front());
    }
    // Without a time-out all lanes are waited for, also those that were left out before.
    if (setup().options().laneTimeout().isPresent() && of.leftOut()) {
      assembler.leaveOut(lane);
    }
    of.waiting().forEach(assembler::add);
  }

  @Override
  void keepText(ReplicaOfLanes of) throws Exception {
    for (Map.Entry<Integer, LaneState> lane : of.states().entrySet()) {
      lanes.put(lane.getKey(), lane.getValue().write());
    }
  }

  @Override
  TextRun run(ReplicaOfLanes of, int row) {
    Chunk chunk = of.chunk(row);
    return TextRun.of(chunk.lane(), chunk.segment());
  }

  @Override
  Stall.Waiting waiting() {
    return WaitingReplicas.ofLanes(here(), rounds());
  }

  @Override
  public void open() throws Exception {
    super.open();
    LaneGauges.register(getMetricGroup(), here());
    ahead =
        new TextAhead(
            (long) setup().config().laneCount() * setup().config().bptt(), System::nanoTime);
    silent = new ArrayList<>();
    Optional<Duration> timeout = setup().options().laneTimeout();
    if (timeout.isPresent()) {
      for (ReplicaOfLanes of : here()) {
        silent.add(
            new SilentLanes(of.assembler(), timeout.get(), processingTimeService, this::advance));
      }
    }
    missed = timeout.map(time -> new SilentReplicas(here(), rounds(), time, processingTimeService));
    watch();
  }

  @Override
  public void processElement1(StreamRecord<LaneEvent> element) {
    LaneEvent event = element.getValue();
    if (event instanceof LaneEvent.Offsets told) {
      output.collect(new StreamRecord<>(new ReplicaEvent.Read(told.offsets())));
    } else if (event instanceof LaneEvent.Refused refused) {
      output.collect(
          new StreamRecord<>(new ReplicaEvent.Refused(replicaOf(event.lane()), refused.refusal())));
    } else if (event instanceof LaneEvent.Cut cut) {
      replica(replicaOf(cut.chunk().lane())).assembler().add(cut.chunk());
      train();
      int waiting = here().stream().mapToInt(ReplicaOfLanes::batchesWaiting).max().orElse(0);
      ahead.slow(waiting, 1.0 / setup().config().rows());
    }
  }

  private int replicaOf(int lane) {
    return ReplicaKeys.replica(lane, setup().config().replication());
  }

  @Override
  void watch() {
    silent.forEach(SilentLanes::watch);
    missed.ifPresent(SilentReplicas::watch);
  }

  @Override
  void taken() {
    ahead.taken();
  }

  @Override
  void barrierComes() {
    ahead.barrierComes();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    ahead.barrierCame();
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    super.notifyCheckpointAborted(checkpointId);
    ahead.barrierCame();
  }

  @Override
  public void endInput(int input) {
    if (input == TEXT) {
      silent.forEach(SilentLanes::end);
      endText();
    }
  }
}
