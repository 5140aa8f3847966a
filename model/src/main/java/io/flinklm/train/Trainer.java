package io.flinklm.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Batch;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Split;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.MachineKind;
import io.flinklm.net.WrongArithmeticException;
import io.flinklm.weights.SavedWeights;
import io.flinklm.weights.Weights;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Training as a whole: takes batches in order, learns from those of the train split and scores
 * those of the valid split, and reports. The stream and the plain loop both drive this one class,
 * which is why they give the same bits. Owns the engine's memory; closing it frees all. Not thread
 * safe.
 */
public final class Trainer implements AutoCloseable {
  private static final String KIND = "TRAN";

  // Version 1: fingerprint of the vocabulary, configuration, weights with moments, metrics.
  // Version 2: the metrics have the last gradient norm and the prequential scores.
  // Version 3: the configuration is written field by field.
  private static final int VERSION = 3;

  private static final double NANOS = 1e9;

  private final TrainingConfig config;
  private final String vocabulary;
  private final Consumer<Report> reports;
  private final Function<NonfiniteStep, String> nonfinite;
  private final LongSupplier nanoTime;
  private final NDManager manager;
  private final LanguageModel model;
  private final MachineKind machine;

  // Holds all that the learner has in the engine, so that one set of weights lives at a time.
  private volatile NDManager ofLearner;
  private Learner learner;
  private Metrics metrics = new Metrics();
  private double secondsBefore;
  private long started;
  private boolean running;

  /** A trainer before its first step that keeps nothing of a step that is not taken. */
  public Trainer(
      TrainingConfig config,
      String vocabulary,
      Device device,
      Consumer<Report> reports,
      LongSupplier nanoTime) {
    this(config, vocabulary, device, reports, step -> "the batch was not kept", nanoTime);
  }

  /**
   * A trainer before its first step.
   *
   * @param config of the run
   * @param vocabulary fingerprint of the vocabulary that token ids belong to
   * @param device where the engine computes
   * @param reports told of every batch, every finished segment and the end
   * @param nonfinite keeps a step that was not taken, and says in a clause where it is
   * @param nanoTime clock in nanoseconds from any origin
   * @throws WrongArithmeticException if the engine computes the model wrongly here
   */
  public Trainer(
      TrainingConfig config,
      String vocabulary,
      Device device,
      Consumer<Report> reports,
      Function<NonfiniteStep, String> nonfinite,
      LongSupplier nanoTime) {
    this.config = config;
    this.vocabulary = vocabulary;
    this.reports = reports;
    this.nonfinite = nonfinite;
    this.nanoTime = nanoTime;
    this.manager = PyTorch.newManager(device);
    this.machine = MachineKind.of(device);
    this.model = LanguageModels.of(config.net(), config.cell());
    this.ofLearner = manager.newSubManager();
    learn(Weights.initial(model, config.seed(), ofLearner));
  }

  /**
   * Starts from the weights of another training instead of drawn ones; to be called before the
   * first batch.
   *
   * @param safetensors as {@link Weights#toSafetensors}
   * @param sha256 as {@link Weights#sha256}
   * @throws RefusedException if they are damaged or of another model
   */
  public void startFrom(byte[] safetensors, String sha256) {
    try (NDManager scope = manager.newSubManager()) {
      Map<String, NDArray> saved = SavedWeights.of(safetensors, model, sha256).in(scope);
      forgetWeights();
      learn(Weights.startingFrom(saved, model, ofLearner));
    }
  }

  private void forgetWeights() {
    ofLearner.close();
    ofLearner = manager.newSubManager();
  }

  private void learn(Weights weights) {
    learner = new Learner(config, model, weights, ofLearner);
  }

  /**
   * Takes the next batch: trains on it or scores it, by its split.
   *
   * @throws NonfiniteException if its step gives NaN or infinity and the configuration says stop;
   *     weights, moments, step and hidden states are those of before
   */
  public void accept(Batch batch) {
    startClock();
    if (metrics.leavesSegment(batch)) {
      finishSegment();
    }
    boolean train = batch.segment().split() == Split.TRAIN;
    Optional<StepReport> tested =
        train && Prequential.isDue(config.seed(), batch.segment(), learner.weights().step() + 1)
            ? Optional.of(learner.test(batch))
            : Optional.empty();
    StepReport report = train ? learner.train(batch) : learner.score(batch);
    if (train && !report.isFinite()) {
      refuse(batch, report);
    } else {
      tested.ifPresent(metrics::addTested);
      metrics.add(batch, report, seconds());
    }
    reports.accept(metrics.step(config.net().model(), learner.weights().step(), batch, report));
  }

  private void refuse(Batch batch, StepReport report) {
    long before = learner.weights().step();
    NonfiniteStep step = new NonfiniteStep(before + 1, batch, report);
    String kept = nonfinite.apply(step);
    if (config.onNonfinite() == OnNonfinite.STOP) {
      throw new NonfiniteException(
          step.toLine() + "; the weights are those of step " + before + "; " + kept);
    }
    learner.pass(batch, step.lanes());
    metrics.refuse(batch, seconds());
  }

  /**
   * How little the model, as it is, expects a batch that it has not taken yet: the surprisal of
   * each target in nats, without dropout, row by row. Changes nothing.
   */
  public float[] surprisals(Batch batch) {
    return learner.surprisals(batch);
  }

  /** Counts tokens that were refused on the way here. */
  public void refuse(Refusal refusal) {
    metrics.add(refusal);
  }

  /** Ends the last segment and reports the end. */
  public void finish() {
    if (metrics.inSegment()) {
      finishSegment();
    }
    Weights weights = learner.weights();
    reports.accept(
        metrics
            .end(
                config.net().model(),
                weights.step(),
                weights.sha256(),
                HiddenStates.sha256(learner.hiddenStates()))
            .on(machine));
  }

  /**
   * How the training stands: as a report of the kind {@link Report#MODEL}.
   *
   * @param weightsSha256 of the weights as they are now
   */
  public Report standing(String weightsSha256) {
    return metrics.model(config.net().model(), learner.weights().step(), weightsSha256).on(machine);
  }

  private void finishSegment() {
    Report finished = metrics.segment(config.net().model(), learner.weights().step());
    // First, so that whoever is told of it finds the training standing behind it.
    metrics.endSegment();
    reports.accept(finished);
  }

  private double seconds() {
    return secondsBefore + (nanoTime.getAsLong() - started) / NANOS;
  }

  private void startClock() {
    if (!running) {
      started = nanoTime.getAsLong();
      running = true;
    }
  }

  /** The weights as they are now. */
  public Weights weights() {
    return learner.weights();
  }

  /** All lanes' hidden states, by lane; belong to the same moment as {@link #snapshot}. */
  public Map<Integer, HiddenState> hiddenStates() {
    return learner.hiddenStates();
  }

  /** How many arrays live in the engine between two batches; may be asked by any thread. */
  public int engineArrays() {
    return ofLearner.getManagedArrays().size();
  }

  /** Weights, moments, step and running metrics as one blob. */
  public byte[] snapshot() {
    Weights weights = learner.weights();
    // A buffer that grows would be three times as large as the state for a moment.
    long size =
        Blob.count(identity()::write) + weights.bytes() + Blob.count(out -> metrics.write(out));
    return Blob.write(
        KIND,
        VERSION,
        size,
        out -> {
          identity().write(out);
          weights.write(out);
          metrics.write(out);
        });
  }

  /**
   * Goes on from a snapshot; to be called before the first batch.
   *
   * @param hiddenStates as {@link #hiddenStates()} gave them at that moment
   * @throws RefusedException if it belongs to another vocabulary, model or configuration, or is
   *     damaged
   */
  public void restore(byte[] snapshot, Map<Integer, HiddenState> hiddenStates) {
    Blob.read(
        KIND,
        VERSION,
        snapshot,
        (in, version) -> {
          identity().requireSame(TrainingIdentity.read(in, version));
          // The blob is whole and of this model: what was there may go before the rest is read.
          forgetWeights();
          learn(Weights.read(in, model, ofLearner));
          metrics = Metrics.read(in, version);
          return null;
        });
    learner.restoreHiddenStates(hiddenStates);
    secondsBefore = metrics.seconds();
  }

  private TrainingIdentity identity() {
    return TrainingIdentity.of(config, vocabulary);
  }

  @Override
  public void close() {
    manager.close();
  }
}
