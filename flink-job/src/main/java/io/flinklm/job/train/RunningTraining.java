package io.flinklm.job.train;

import ai.djl.Device;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.models.BestWeights;
import io.flinklm.job.models.EngineTest;
import io.flinklm.job.models.Lineage;
import io.flinklm.job.state.KeptCounters;
import io.flinklm.job.state.RefusedStateException;
import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.ScoreEvent;
import io.flinklm.job.wire.TextOffsets;
import io.flinklm.job.wire.TextOwner;
import io.flinklm.job.wire.TextRun;
import io.flinklm.lane.Batch;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Split;
import io.flinklm.stream.StreamEnd;
import io.flinklm.train.NonfiniteException;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Training inside an operator, of lanes or of streams: the trainer and its state, its books, and
 * the reports and weights that leave it. Which batches it gets is the operator's business. Not
 * thread safe.
 */
final class RunningTraining implements AutoCloseable {
  private final Setup setup;
  private final JobOptions options;
  private final Output<StreamRecord<Report>> output;
  private final TrainingState state;
  private final Lineage lineage;
  private final String reported;
  private final Trainer trainer;
  private final KeptCounters counters;
  private final TrainingMetrics shown;
  private TextOffsets offsets = TextOffsets.none();
  private final BestWeights best;
  private WeightsOutput weights;

  /**
   * The training of an operator that is being initialized: from the start, or from its checkpoint.
   *
   * @param hiddenStates gives those of the checkpoint, by lane
   */
  RunningTraining(
      Setup setup,
      MetricGroup group,
      Output<StreamRecord<Report>> output,
      StateInitializationContext context,
      Callable<Map<Integer, HiddenState>> hiddenStates)
      throws Exception {
    this.setup = setup;
    this.options = setup.options();
    this.output = output;
    RequiredMemory.here(setup, 1);
    state = new TrainingState(context.getOperatorStateStore());
    lineage = context.isRestored() ? state.lineage() : options.lineage().orElseGet(Lineage::draw);
    // Who started the job follows the reports by the lineage that it knows, also where the state is
    // of a build that kept another one, or none.
    reported = options.lineage().orElse(lineage).reported();
    best = state.best();
    Device device = PyTorch.device(options.device());
    EngineTest.require(
        setup.config().net(), setup.config().cell(), setup.config().rowsOfShard(), device);
    Training of =
        Training.of(setup.config(), setup.tokenizer().fingerprint(), device, this::emit)
            .withEngineThreads(options.engineThreads())
            .testingAll(options.testsAll())
            .keeping(step -> setup.nonfinite().keep(step, lineage));
    trainer = context.isRestored() ? restored(of, hiddenStates) : begun(of);
    counters = WeightsOutput.counters(group, context.getOperatorStateStore());
    shown = new TrainingMetrics(group, trainer.numbers());
    ProcessGauges.register(group, trainer::engineArrays);
  }

  private Trainer begun(Training of) {
    return setup.initial() == null
        ? Trainer.drawn(of)
        : Trainer.startingFrom(of, setup.initial().safetensors(), setup.initial().sha256());
  }

  private Trainer restored(Training of, Callable<Map<Integer, HiddenState>> hiddenStates)
      throws Exception {
    Trainer[] restored = new Trainer[1];
    RefusedStateException.endingTheJob(
        () -> {
          Map<Integer, HiddenState> kept = hiddenStates.call();
          restored[0] = Trainer.restored(of, state.training(), kept);
          offsets = state.offsets();
        });
    return restored[0];
  }

  /** Opens the ways out of the operator. */
  void open() {
    weights =
        new WeightsOutput(
            CurrentWeights.of(trainer),
            lineage,
            reported,
            best,
            options,
            () -> offsets.ofNext(),
            output,
            counters,
            System::nanoTime);
    if (setup.initial() != null || trainer.weights().step() > 0) {
      weights.start();
    }
  }

  /** The trainer, for what no operator has in common with others. */
  Trainer trainer() {
    return trainer;
  }

  /** Learns how far the text was read. */
  void told(TextOffsets read) {
    offsets = offsets.and(read);
  }

  /** Counts what will not be trained on. */
  void refuse(Refusal refusal) {
    trainer.refuse(refusal);
    shown.add(refusal);
  }

  /**
   * Takes the next batch.
   *
   * @param runs of text that the chunk of a row is of
   */
  void accept(Batch batch, IntFunction<TextRun> runs) {
    try {
      if (options.scores()) {
        tellSurprisals(batch, runs);
      }
      long start = System.nanoTime();
      trainer.accept(batch);
      if (batch.segment().split() == Split.TRAIN) {
        shown.stepTook(System.nanoTime() - start);
      }
      weights.stepDone();
    } catch (NonfiniteException e) {
      // A restarted job would come to the same step again, and again.
      setup.nonfinite().keepWeights(setup.config(), weights.now());
      throw new SuppressRestartsException(e);
    }
  }

  private void tellSurprisals(Batch batch, IntFunction<TextRun> runs) {
    float[] nats = trainer.surprisals(batch);
    ChunkSurprisals.of(batch, setup.config().windows(), runs, nats, trainer.weights().step())
        .forEach(of -> output.collect(ScoreEvent.SURPRISALS, new StreamRecord<>(of)));
  }

  /** Learns that training has come past the end of a stream. */
  void ended(StreamEnd end) {
    if (options.scores()) {
      ScoreEvent ended = new ScoreEvent.Ended(TextOwner.stream(end.stream()), end.time());
      output.collect(ScoreEvent.SURPRISALS, new StreamRecord<>(ended));
    }
  }

  private void emit(Report report) {
    shown.add(report);
    output.collect(new StreamRecord<>(report.of(reported)));
    if (report instanceof Report.SegmentEnd && report.split().equals(Split.VALID.label())) {
      weights.evaluated(report.loss());
    }
  }

  /** Sends out what belongs to the checkpoint whose barrier comes next. */
  void beforeBarrier() {
    weights.beforeBarrier();
  }

  /** Sends out the last weights; the end has been reported. */
  void end() {
    weights.end();
  }

  /** Puts all of it into the checkpoint that is being taken. */
  void keep() throws Exception {
    state.release();
    state.keep(trainer.snapshot(), offsets, lineage, weights.best());
    counters.keep();
  }

  /** The best weights so far. */
  BestWeights best() {
    return weights.best();
  }

  @Override
  public void close() {
    trainer.close();
  }
}
