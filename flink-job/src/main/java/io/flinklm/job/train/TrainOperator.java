package io.flinklm.job.train;

import io.flinklm.job.models.BestWeights;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.TextRun;
import io.flinklm.lane.Batch;
import io.flinklm.lane.BatchAssembler;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.HiddenState;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Trains one model on all lanes: waits until every lane has a chunk, makes a batch of them and
 * takes a step. An operator and not a process function, because a step touches the state of many
 * keys. Runs at parallelism 1, since there is one model.
 *
 * <p>State: a blob a lane with its hidden state and its waiting chunks, keyed by lane; weights,
 * moments, step and metrics as one blob of operator state. Between checkpoints both live in the
 * trainer and the assembler.
 */
public final class TrainOperator extends AbstractStreamOperator<Report>
    implements OneInputStreamOperator<LaneEvent, Report>, BoundedOneInput {
  private static final long serialVersionUID = 1;

  private final Setup setup;
  private transient KeptLanes kept;
  private transient BatchAssembler assembler;
  private transient RunningTraining training;
  private transient Optional<SilentLanes> silent;
  private transient Stall stall;

  /**
   * An operator that has not been opened.
   *
   * @param tokenizer of the text
   * @param initial weights to start from; null for those that the seed gives
   * @param options of the job
   * @param nonfinite where steps are kept that gave NaN or infinity
   */
  public TrainOperator(
      TrainingConfig training,
      Tokenizer tokenizer,
      TrainedModel initial,
      JobOptions options,
      NonfiniteDirectory nonfinite) {
    this.setup = new Setup(training, tokenizer, initial, options, nonfinite);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    int laneCount = setup.config().laneCount();
    kept = new KeptLanes(this, context.getKeyedStateStore());
    assembler = new BatchAssembler(laneCount);
    Map<Integer, LaneState> lanes = new HashMap<>();
    training =
        new RunningTraining(
            setup, getMetricGroup(), output, context, () -> hiddenStates(restored(lanes)));
    // Behind the trainer, because that refuses the state of another number of lanes; the assembler
    // has no place for their chunks.
    lanes.forEach(this::restore);
    LaneGauges.register(getMetricGroup(), assembler, laneCount);
  }

  private Map<Integer, LaneState> restored(Map<Integer, LaneState> into) throws Exception {
    into.putAll(kept.restored(setup.tokenizer()::length));
    return into;
  }

  private static Map<Integer, HiddenState> hiddenStates(Map<Integer, LaneState> lanes) {
    Map<Integer, HiddenState> hiddenStates = new HashMap<>();
    lanes.forEach(
        (lane, of) -> {
          if (of.hiddenState() != null) {
            hiddenStates.put(lane, of.hiddenState());
          }
        });
    return hiddenStates;
  }

  private void restore(int lane, LaneState of) {
    if (of.front() != null) {
      assembler.goOnFrom(of.front());
    }
    // Without a time-out all lanes are waited for, also those that were left out before.
    if (setup.options().laneTimeout().isPresent() && of.leftOut()) {
      assembler.leaveOut(lane);
    }
    of.waiting().forEach(assembler::add);
  }

  @Override
  public void open() throws Exception {
    super.open();
    stall =
        new Stall(
            LaneGauges.waiting(assembler), setup.options().stallWarning(), processingTimeService);
    stall.register(getMetricGroup());
    if (assembler.isHeldBack()) {
      stall.textCame();
    }
    silent =
        setup
            .options()
            .laneTimeout()
            .map(
                timeout -> new SilentLanes(assembler, timeout, processingTimeService, this::train));
    silent.ifPresent(SilentLanes::watch);
    training.open();
  }

  @Override
  public void processElement(StreamRecord<LaneEvent> element) {
    LaneEvent event = element.getValue();
    if (event instanceof LaneEvent.Offsets told) {
      training.told(told.offsets());
    } else if (event instanceof LaneEvent.Refused refused) {
      training.refuse(refused.refusal());
    } else if (event instanceof LaneEvent.Cut cut) {
      take(cut.chunk());
    }
  }

  private void take(Chunk chunk) {
    boolean wasLeftOut = assembler.isLeftOut(chunk.lane());
    assembler.add(chunk);
    if (wasLeftOut && !assembler.isLeftOut(chunk.lane())) {
      LOG.warn("taken back, since it has caught up: {}", chunk);
    }
    stall.textCame();
    train();
    silent.ifPresent(SilentLanes::watch);
  }

  // A lane that comes back behind a hole may make several batches ready at once.
  private void train() {
    for (Optional<Batch> batch = assembler.next(); batch.isPresent(); batch = assembler.next()) {
      accept(batch.get());
      stall.batchMade();
    }
  }

  private void accept(Batch batch) {
    List<Chunk> rows = batch.chunks();
    training.accept(batch, row -> TextRun.of(rows.get(row).lane(), rows.get(row).segment()));
  }

  @Override
  public void endInput() {
    silent.ifPresent(SilentLanes::end);
    stall.end();
    for (Optional<Batch> batch = assembler.nextOfWaiting();
        batch.isPresent();
        batch = assembler.nextOfWaiting()) {
      accept(batch.get());
    }
    training.trainer().finish();
    training.end();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    training.beforeBarrier();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    training.keep();
    Map<Integer, HiddenState> hiddenStates = training.trainer().hiddenStates();
    for (int lane = 0; lane < setup.config().laneCount(); lane++) {
      kept.keep(
          lane,
          new LaneState(
              hiddenStates.get(lane),
              assembler.waiting(lane),
              assembler.isLeftOut(lane),
              assembler.front().orElse(null)));
    }
  }

  /** The best weights so far. */
  BestWeights best() {
    return training.best();
  }

  @Override
  public void close() throws Exception {
    if (training != null) {
      training.close();
    }
    super.close();
  }
}
