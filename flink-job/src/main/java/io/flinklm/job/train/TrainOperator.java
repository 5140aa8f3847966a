package io.flinklm.job.train;

import ai.djl.Device;
import io.flinklm.UserMistake;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.models.BestWeights;
import io.flinklm.job.models.EngineTest;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.models.TrainedModel;
import io.flinklm.job.state.KeptCounters;
import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.TextOffsets;
import io.flinklm.lane.Batch;
import io.flinklm.lane.BatchAssembler;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Split;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.NonfiniteException;
import io.flinklm.train.Report;
import io.flinklm.train.StepCost;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  private static final Logger LOG = LoggerFactory.getLogger(TrainOperator.class);

  private final TrainingConfig training;
  private final Tokenizer tokenizer;
  private final TrainedModel initial;
  private final JobOptions options;
  private final NonfiniteDirectory nonfinite;
  private transient TrainingState state;
  private transient BatchAssembler assembler;
  private transient Trainer trainer;
  private transient TextOffsets offsets;
  private transient Lineage lineage;
  private transient String reported;
  private transient BestWeights best;
  private transient WeightsOutput weights;
  private transient KeptCounters counters;
  private transient TrainingMetrics shown;
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
    this.training = training;
    this.tokenizer = tokenizer;
    this.initial = initial;
    this.options = options;
    this.nonfinite = nonfinite;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    requireMemory();
    state = new TrainingState(this, context);
    offsets = TextOffsets.none();
    lineage = context.isRestored() ? state.lineage() : options.lineage().orElseGet(Lineage::draw);
    // Who started the job follows the reports by the lineage that it knows, also where the state is
    // of a build that kept another one, or none.
    reported = options.lineage().orElse(lineage).reported();
    best = state.best();
    assembler = new BatchAssembler(training.laneCount());
    Device device = PyTorch.device(options.device());
    EngineTest.require(training.net(), training.cell(), training.laneCount(), device);
    Training of =
        Training.of(training, tokenizer.fingerprint(), device, this::emit)
            .testingAll(options.testsAll())
            .keeping(step -> nonfinite.keep(step, lineage));
    if (context.isRestored()) {
      RefusedStateException.endingTheJob(() -> restore(of));
    } else if (initial != null) {
      trainer = Trainer.startingFrom(of, initial.safetensors(), initial.sha256());
    } else {
      trainer = Trainer.drawn(of);
    }
    PyTorch.computeWith(options.engineThreads());
    counters = WeightsOutput.counters(getMetricGroup(), context.getOperatorStateStore());
    shown = new TrainingMetrics(getMetricGroup(), trainer.numbers());
    LaneGauges.register(getMetricGroup(), assembler, training.laneCount());
    ProcessGauges.register(getMetricGroup(), trainer);
  }

  // A restarted job would find the same memory.
  private void requireMemory() {
    StepCost cost = new StepCost(training.net(), training.laneCount(), training.bptt());
    boolean ofEngine = !PyTorch.device(options.device()).isGpu();
    TrainingMemory memory = TrainingMemory.here(TrainingHeap.Work.STREAM, cost, ofEngine);
    LOG.info(
        "a training of {} parameters, with about {} of memory",
        cost.parameters(),
        TrainingMemory.inWords(memory.mebibytes()));
    try {
      memory.requireHere();
      TrainingHeap.of(TrainingHeap.Work.STREAM, training.net())
          .requireHere("give the TaskManager more memory (taskmanager.memory.process.size)");
    } catch (UserMistake e) {
      LOG.error(e.getMessage());
      throw new SuppressRestartsException(e);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    stall = new Stall(assembler, options.stallWarning(), processingTimeService);
    stall.register(getMetricGroup());
    if (assembler.isHeldBack()) {
      stall.textCame();
    }
    silent =
        options
            .laneTimeout()
            .map(
                timeout -> new SilentLanes(assembler, timeout, processingTimeService, this::train));
    silent.ifPresent(SilentLanes::watch);
    weights =
        new WeightsOutput(
            trainer,
            lineage,
            reported,
            best,
            options,
            () -> offsets.ofNext(),
            output,
            counters,
            System::nanoTime);
    if (initial != null || trainer.weights().step() > 0) {
      weights.start();
    }
  }

  @Override
  public void processElement(StreamRecord<LaneEvent> element) {
    LaneEvent event = element.getValue();
    if (event instanceof LaneEvent.Offsets told) {
      offsets = offsets.and(told.offsets());
    } else if (event instanceof LaneEvent.Refused refused) {
      trainer.refuse(refused.refusal());
      shown.add(refused.refusal());
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

  @Override
  public void endInput() {
    silent.ifPresent(SilentLanes::end);
    stall.end();
    for (Optional<Batch> batch = assembler.nextOfWaiting();
        batch.isPresent();
        batch = assembler.nextOfWaiting()) {
      accept(batch.get());
    }
    trainer.finish();
    weights.end();
  }

  // A restarted job would come to the same step again, and again.
  private void accept(Batch batch) {
    try {
      if (options.scores()) {
        tellSurprisals(batch);
      }
      long start = System.nanoTime();
      trainer.accept(batch);
      if (batch.segment().split() == Split.TRAIN) {
        shown.stepTook(System.nanoTime() - start);
      }
      weights.stepDone();
    } catch (NonfiniteException e) {
      nonfinite.keepWeights(training, weights.now());
      throw new SuppressRestartsException(e);
    }
  }

  private void tellSurprisals(Batch batch) {
    float[] nats = trainer.surprisals(batch);
    ChunkSurprisals.of(batch, training.windows(), nats, trainer.weights().step())
        .forEach(of -> output.collect(ChunkSurprisals.TAG, new StreamRecord<>(of)));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    weights.beforeBarrier();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.release();
    state.keep(trainer.snapshot(), offsets, lineage, weights.best());
    counters.keep();
    Map<Integer, HiddenState> hiddenStates = trainer.hiddenStates();
    for (int lane = 0; lane < training.laneCount(); lane++) {
      state.keep(
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
    return weights.best();
  }

  private void restore(Training of) throws Exception {
    Map<Integer, LaneState> lanes = state.lanes(tokenizer::length);
    Map<Integer, HiddenState> hiddenStates = new HashMap<>();
    lanes.forEach(
        (lane, kept) -> {
          if (kept.hiddenState() != null) {
            hiddenStates.put(lane, kept.hiddenState());
          }
        });
    // First, because it refuses the state of another number of lanes; the assembler has no place
    // for their chunks.
    trainer = Trainer.restored(of, state.training(), hiddenStates);
    lanes.forEach(this::restore);
    offsets = state.offsets();
  }

  private void restore(int lane, LaneState of) {
    if (of.front() != null) {
      assembler.goOnFrom(of.front());
    }
    // Without a time-out all lanes are waited for, also those that were left out before.
    if (options.laneTimeout().isPresent() && of.leftOut()) {
      assembler.leaveOut(lane);
    }
    of.waiting().forEach(assembler::add);
  }

  private void emit(Report report) {
    shown.add(report);
    output.collect(new StreamRecord<>(report.of(reported)));
    if (report instanceof Report.SegmentEnd && report.split().equals(Split.VALID.label())) {
      weights.evaluated(report.loss());
    }
  }

  @Override
  public void close() throws Exception {
    if (trainer != null) {
      trainer.close();
    }
    super.close();
  }
}
