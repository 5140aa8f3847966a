package io.flinklm.job.train;

import io.flinklm.job.models.Lineage;
import io.flinklm.job.wire.EventType;
import io.flinklm.job.wire.ReplicaEvent;
import io.flinklm.job.wire.ReplicaMessage;
import io.flinklm.job.wire.ReplicaMessage.Attempt;
import io.flinklm.job.wire.ReplicaMessage.BarrierComes;
import io.flinklm.job.wire.ReplicaMessage.Left;
import io.flinklm.job.wire.ReplicaMessage.MeanPiece;
import io.flinklm.job.wire.ReplicaPiece;
import io.flinklm.job.wire.TextRun;
import io.flinklm.replica.ReplicaWithText;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Trains the replicas whose keys Flink gives this subtask. The first input is their text, keyed by
 * replica; the second is what all replicas tell, the same for each subtask.
 *
 * <p>State, keyed by replica, so that Flink moves it when the parallelism changes: weights, moments
 * and step as one blob, the round and what was told of it as another, and what subclasses keep of
 * text. What has come of other replicas is none: {@link ReplicaGate} says why.
 *
 * @param <E> what comes of text
 * @param <R> a replica with its text
 */
abstract class ReplicaOperator<E, R extends ReplicaWithText>
    extends AbstractStreamOperator<ReplicaEvent>
    implements TwoInputStreamOperator<E, ReplicaMessage, ReplicaEvent> {
  private static final long serialVersionUID = 1;

  /** The side output of what replicas tell each other. */
  public static final OutputTag<ReplicaPiece> TOLD =
      new OutputTag<>("told", EventType.REPLICA_PIECE);

  private final Setup setup;
  private final Lineage drawn;
  private transient KeptReplicas kept;
  private transient Map<Integer, R> here;
  private transient ReplicaRounds<R> rounds;
  private transient Stall stall;

  /**
   * An operator that has not been opened.
   *
   * @param setup of each replica
   * @param drawn lineage of the training, where it begins and nobody else says it
   */
  ReplicaOperator(Setup setup, Lineage drawn) {
    this.setup = setup;
    this.drawn = drawn;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    kept = new KeptReplicas(this, context.getKeyedStateStore(), setup);
    initializeText(context.getKeyedStateStore());
    ReplicaStart start = new ReplicaStart(setup, setup.options().lineage().orElse(drawn));
    here = new TreeMap<>();
    TaskInfo task = getRuntimeContext().getTaskInfo();
    List<Integer> numbers =
        kept.keys().here(task.getIndexOfThisSubtask(), task.getNumberOfParallelSubtasks());
    RequiredMemory.here(setup, numbers.size());
    for (int number : numbers) {
      here.put(number, context.isRestored() ? restored(number, start) : begun(number, start));
    }
    ProcessGauges.register(
        getMetricGroup(),
        () -> here().stream().mapToInt(of -> of.replica().trainer().engineArrays()).sum());
    rounds = new ReplicaRounds<>(setup, here.values(), this::run, output, getMetricGroup());
  }

  /** Finds what is kept of text. */
  abstract void initializeText(KeyedStateStore store);

  /** A replica before its first batch. */
  abstract R begun(int number, ReplicaStart start) throws Exception;

  /** A replica as it was kept. */
  abstract R restored(int number, ReplicaStart start) throws Exception;

  /** Keeps what a replica has of text; what is kept is of its key. */
  abstract void keepText(R of) throws Exception;

  /** The run of text that the chunk of a row of a replica's turn is of. */
  abstract TextRun run(R of, int row);

  /** The text that waits. */
  abstract Stall.Waiting waiting();

  @Override
  public void open() throws Exception {
    super.open();
    stall = new Stall(waiting(), setup.options().stallWarning(), processingTimeService);
    stall.register(getMetricGroup());
    rounds.open();
  }

  Setup setup() {
    return setup;
  }

  KeptReplicas kept() {
    return kept;
  }

  /** The replicas of this subtask. */
  Collection<R> here() {
    return here.values();
  }

  R replica(int number) {
    return here.get(number);
  }

  ReplicaRounds<R> rounds() {
    return rounds;
  }

  /** Text has come: lets replicas take what they can. */
  void train() {
    stall.textCame();
    advance();
  }

  /** Lets replicas take what they can. */
  void advance() {
    if (rounds.advance()) {
      stall.batchMade();
      taken();
    }
    watch();
  }

  /** Takes note of who waits for whom. */
  void watch() {}

  /** Takes note of batches that were taken. */
  void taken() {}

  /** Takes note of a barrier that is on its way. */
  void barrierComes() {}

  @Override
  public void processElement2(StreamRecord<ReplicaMessage> element) {
    ReplicaMessage message = element.getValue();
    if (message instanceof Attempt attempt) {
      rounds.begin(attempt);
    } else if (message instanceof MeanPiece piece) {
      rounds.add(piece);
    } else if (message instanceof Left left) {
      rounds.add(left);
    } else if (message instanceof BarrierComes) {
      barrierComes();
    }
    advance();
  }

  /** Learns that no more text comes. */
  void endText() {
    stall.end();
    rounds.endText();
    advance();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    for (R of : here.values()) {
      kept.keep(of.replica());
      keepText(of);
    }
  }

  @Override
  public void close() throws Exception {
    if (rounds != null) {
      rounds.close();
    }
    if (here != null) {
      here.values().forEach(ReplicaWithText::close);
    }
    super.close();
  }
}
