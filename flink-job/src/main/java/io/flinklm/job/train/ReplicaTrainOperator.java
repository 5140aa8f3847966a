package io.flinklm.job.train;

import io.flinklm.job.models.Lineage;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.ReplicaEvent;
import io.flinklm.job.wire.ReplicaMessage;
import io.flinklm.job.wire.ReplicaMessage.Attempt;
import io.flinklm.job.wire.ReplicaMessage.Left;
import io.flinklm.job.wire.ReplicaMessage.MeanPiece;
import io.flinklm.job.wire.ReplicaPiece;
import io.flinklm.lane.Chunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Trains replicas on their lanes: those whose keys Flink gives this subtask. The first input is
 * text, keyed by replica; the second is what all replicas tell, the same for each subtask.
 *
 * <p>State, keyed by replica, so that Flink moves it when the parallelism changes: weights, moments
 * and step as one blob, the round and what was told of it as another, and one of each lane. What
 * has come of other replicas is none: {@link ReplicaGate} says why.
 */
public final class ReplicaTrainOperator extends AbstractStreamOperator<ReplicaEvent>
    implements TwoInputStreamOperator<LaneEvent, ReplicaMessage, ReplicaEvent>, BoundedMultiInput {
  private static final long serialVersionUID = 1;

  /** The side output of what replicas tell each other. */
  public static final OutputTag<ReplicaPiece> TOLD =
      new OutputTag<>("told", EventType.REPLICA_PIECE);

  private static final int TEXT = 1;

  private final Setup setup;
  private final Lineage drawn;
  private transient KeptReplicas kept;
  private transient Map<Integer, ReplicaOfLanes> here;
  private transient ReplicaRounds rounds;
  private transient List<SilentLanes> silent;
  private transient Optional<SilentReplicas> missed;
  private transient Stall stall;

  /**
   * An operator that has not been opened.
   *
   * @param setup of each replica
   * @param drawn lineage of the training, where it begins and nobody else says it
   */
  public ReplicaTrainOperator(Setup setup, Lineage drawn) {
    this.setup = setup;
    this.drawn = drawn;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    kept = new KeptReplicas(this, context.getKeyedStateStore(), setup);
    ReplicaStart start = new ReplicaStart(setup, setup.options().lineage().orElse(drawn));
    here = new TreeMap<>();
    TaskInfo task = getRuntimeContext().getTaskInfo();
    List<Integer> numbers =
        kept.keys().here(task.getIndexOfThisSubtask(), task.getNumberOfParallelSubtasks());
    RequiredMemory.here(setup, numbers.size());
    for (int number : numbers) {
      ReplicaOfLanes replica =
          context.isRestored() ? kept.restored(number, start) : start.begun(number);
      here.put(number, replica);
    }
    LaneGauges.register(getMetricGroup(), here.values());
    ProcessGauges.register(
        getMetricGroup(),
        () -> here.values().stream().mapToInt(of -> of.replica().trainer().engineArrays()).sum());
    rounds = new ReplicaRounds(setup, here.values(), output, getMetricGroup());
  }

  @Override
  public void open() throws Exception {
    super.open();
    stall =
        new Stall(
            WaitingReplicas.of(here.values(), rounds),
            setup.options().stallWarning(),
            processingTimeService);
    stall.register(getMetricGroup());
    silent = new ArrayList<>();
    Optional<Duration> timeout = setup.options().laneTimeout();
    if (timeout.isPresent()) {
      for (ReplicaOfLanes of : here.values()) {
        silent.add(
            new SilentLanes(of.assembler(), timeout.get(), processingTimeService, this::train));
      }
    }
    missed =
        timeout.map(time -> new SilentReplicas(here.values(), rounds, time, processingTimeService));
    watch();
    rounds.open();
  }

  @Override
  public void processElement1(StreamRecord<LaneEvent> element) {
    LaneEvent event = element.getValue();
    if (event instanceof LaneEvent.Offsets told) {
      output.collect(new StreamRecord<>(new ReplicaEvent.Read(told.offsets())));
    } else if (event instanceof LaneEvent.Refused refused) {
      output.collect(new StreamRecord<>(new ReplicaEvent.Refused(refused.refusal())));
    } else if (event instanceof LaneEvent.Cut cut) {
      take(cut.chunk());
    }
  }

  private void take(Chunk chunk) {
    here.get(ReplicaKeys.replica(chunk.lane(), setup.config().replication()))
        .assembler()
        .add(chunk);
    stall.textCame();
    train();
    watch();
  }

  private void watch() {
    silent.forEach(SilentLanes::watch);
    missed.ifPresent(SilentReplicas::watch);
  }

  @Override
  public void processElement2(StreamRecord<ReplicaMessage> element) {
    ReplicaMessage message = element.getValue();
    if (message instanceof Attempt attempt) {
      rounds.begin(attempt);
    } else if (message instanceof MeanPiece piece) {
      rounds.add(piece);
    } else if (message instanceof Left left) {
      rounds.add(left);
    }
    train();
    watch();
  }

  private void train() {
    if (rounds.advance()) {
      stall.batchMade();
    }
  }

  @Override
  public void endInput(int input) {
    if (input == TEXT) {
      silent.forEach(SilentLanes::end);
      stall.end();
      rounds.endText();
      train();
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    for (ReplicaOfLanes replica : here.values()) {
      kept.keep(replica);
    }
  }

  @Override
  public void close() throws Exception {
    if (rounds != null) {
      rounds.close();
    }
    if (here != null) {
      here.values().forEach(ReplicaOfLanes::close);
    }
    super.close();
  }
}
