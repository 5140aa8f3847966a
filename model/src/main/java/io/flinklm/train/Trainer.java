package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Batch;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Split;
import io.flinklm.net.WrongArithmeticException;
import io.flinklm.weights.SavedWeights;
import io.flinklm.weights.Weights;
import java.util.Map;
import java.util.function.Function;

/**
 * Training as a whole: takes batches in order, learns from those of the train split and scores
 * those of the valid split, and reports. The stream and the plain loop both drive this one class,
 * which is why they give the same bits. Owns the engine's memory; closing it frees all. Not thread
 * safe.
 */
public final class Trainer implements BatchTraining, AutoCloseable {
  private static final String KIND = "TRAN";

  // Version 1: fingerprint of the vocabulary, configuration, weights with moments, metrics.
  // Version 2: the metrics have the last gradient norm and the prequential scores.
  // Version 3: the configuration is written field by field.
  // Version 4: it has the width of the embedding, and all dropouts.
  // Version 5: the metrics have bytes.
  // Version 6: the configuration has shards.
  // Version 7: it has replicas.
  static final int VERSION = 7;

  private final Training training;
  private final NDManager manager;
  private final Learner learner;
  private final Books books;

  private Trainer(Training training, NDManager manager, Weights weights, Books books) {
    this.training = training;
    this.manager = manager;
    this.learner =
        new Learner(
            training.config(),
            training.model(),
            weights,
            manager,
            training.engineThreads(),
            training.firstRow(),
            StepListener.NONE);
    this.books = books;
  }

  /**
   * A trainer before its first step, with weights drawn from the seed.
   *
   * @throws WrongArithmeticException if the engine computes the model wrongly here
   */
  public static Trainer drawn(Training training) {
    return begin(
        training,
        manager -> {
          Weights drawn = Weights.initial(training.model(), training.config().seed(), manager);
          return new Trainer(training, manager, drawn, Books.empty(training));
        });
  }

  /**
   * A trainer before its first step, with the weights of another training.
   *
   * @param safetensors as {@link Weights#toSafetensors}
   * @param sha256 as {@link Weights#sha256}
   * @throws RefusedException if they are damaged or of another model
   * @throws WrongArithmeticException if the engine computes the model wrongly here
   */
  public static Trainer startingFrom(Training training, byte[] safetensors, String sha256) {
    return begin(
        training,
        manager -> {
          try (NDManager scope = manager.newSubManager()) {
            Map<String, NDArray> saved =
                SavedWeights.of(safetensors, training.model(), sha256).in(scope);
            Weights given = Weights.startingFrom(saved, training.model(), manager);
            return new Trainer(training, manager, given, Books.empty(training));
          }
        });
  }

  /**
   * A trainer that goes on from a checkpoint.
   *
   * @param snapshot as {@link #snapshot}
   * @param hiddenStates as {@link #hiddenStates} gave them at that moment
   * @throws RefusedException if it belongs to another vocabulary, model or configuration, or is
   *     damaged
   * @throws WrongArithmeticException if the engine computes the model wrongly here
   */
  public static Trainer restored(
      Training training, byte[] snapshot, Map<Integer, HiddenState> hiddenStates) {
    return begin(
        training,
        manager -> {
          Trainer trainer =
              Blob.read(
                  KIND,
                  VERSION,
                  snapshot,
                  (in, version) -> {
                    training.identity().requireSame(TrainingIdentity.read(in, version));
                    Weights weights = Weights.read(in, training.model(), manager);
                    Books books = Books.read(in, version, training);
                    return new Trainer(training, manager, weights, books);
                  });
          trainer.learner.restoreHiddenStates(hiddenStates);
          return trainer;
        });
  }

  // What is refused leaves nothing in the engine.
  private static Trainer begin(Training training, Function<NDManager, Trainer> start) {
    NDManager manager = PyTorch.newManager(training.device());
    try {
      return start.apply(manager);
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  /**
   * Takes the next batch: trains on it or scores it, by its split; and reports it.
   *
   * @throws NonfiniteException if its step gives NaN or infinity and the configuration says stop;
   *     weights, moments, step and hidden states are those of before
   */
  @Override
  public void accept(Batch batch) {
    books.turnTo(batch.segment(), learner.weights().step());
    books.add(take(batch));
  }

  /**
   * The same, where the books are kept elsewhere: nothing is counted here, and nothing reported.
   *
   * @throws NonfiniteException likewise
   */
  public Taken take(Batch batch) {
    boolean train = batch.segment().split() == Split.TRAIN;
    boolean due = train && isDue(batch);
    // Where nothing is dropped, training itself begins with the same pass.
    boolean apart = due && !(training.testsAll() && training.config().net().dropsNothing());
    BatchResult tested = apart ? learner.test(batch) : null;
    BatchResult result = train ? learner.train(batch) : learner.score(batch);
    if (train && !result.isFinite()) {
      pass(batch, result);
    }
    return new Taken(
        learner.weights().step(),
        BatchCounts.of(batch, result),
        result,
        apart ? tested : due ? result : null);
  }

  private boolean isDue(Batch batch) {
    return training.testsAll()
        ? Prequential.isNew(batch.segment())
        : Prequential.isDue(
            training.config().seed(), batch.segment(), learner.weights().step() + 1);
  }

  private void pass(Batch batch, BatchResult result) {
    long before = learner.weights().step();
    NonfiniteStep step = new NonfiniteStep(before + 1, batch, result);
    String kept = training.nonfinite().apply(step);
    if (training.config().onNonfinite() == OnNonfinite.STOP) {
      throw new NonfiniteException(
          step.toLine() + "; the weights are those of step " + before + "; " + kept);
    }
    learner.pass(batch, step.lanes());
  }

  /**
   * How little the model, as it is, expects a batch that it has not taken yet: the surprisal of
   * each target in nats, without dropout, row by row. Changes nothing.
   */
  public float[] surprisals(Batch batch) {
    return learner.surprisals(batch);
  }

  /** Counts tokens that were refused on the way here. */
  @Override
  public void refuse(Refusal refusal) {
    books.refuse(refusal);
  }

  /**
   * Goes on from other hidden states than those that the last batch left, for rows that are not of
   * the same text in each batch.
   *
   * @param hiddenStates by lane; a lane that has none here goes on from zero
   * @throws RefusedException if one is of another shape
   */
  public void goOnFrom(Map<Integer, HiddenState> hiddenStates) {
    learner.replaceHiddenStates(hiddenStates);
  }

  /** Ends the last segment and reports the end. */
  @Override
  public void finish() {
    finish(hiddenStatesSha256());
  }

  /**
   * The same where hidden states are kept elsewhere.
   *
   * @param hiddenStatesSha256 of all of them
   */
  public void finish(String hiddenStatesSha256) {
    Weights weights = learner.weights();
    books.finish(weights.step(), weights.sha256(), hiddenStatesSha256);
  }

  /**
   * How the training stands, for weights that leave it.
   *
   * @param weightsSha256 of the weights as they are now
   */
  public Report.Standing standing(String weightsSha256) {
    return books.standing(learner.weights().step(), weightsSha256);
  }

  /** How far the training is, with the loss and the accuracy of the last scored segment. */
  public TrainingNumbers numbers() {
    return books.numbers(learner.weights().step());
  }

  /** Puts the mean of several replicas' weights in the place of its own. */
  public void average(WeightsMean means) {
    learner.average(means);
  }

  /** The weights as they are now. */
  public Weights weights() {
    return learner.weights();
  }

  /** All lanes' hidden states, by lane; belong to the same moment as {@link #snapshot}. */
  public Map<Integer, HiddenState> hiddenStates() {
    return learner.hiddenStates();
  }

  /** SHA-256 over all of them, lane by lane. */
  public String hiddenStatesSha256() {
    return HiddenStates.sha256(learner.hiddenStates());
  }

  /** How many arrays live in the engine between two batches; may be asked by any thread. */
  public int engineArrays() {
    return manager.getManagedArrays().size();
  }

  /** Weights, moments, step and running metrics as one blob. */
  public byte[] snapshot() {
    Weights weights = learner.weights();
    // A buffer that grows would be three times as large as the state for a moment.
    long size = Blob.count(training.identity()::write) + weights.bytes() + Blob.count(books::write);
    return Blob.write(
        KIND,
        VERSION,
        size,
        out -> {
          training.identity().write(out);
          weights.write(out);
          books.write(out);
        });
  }

  @Override
  public void close() {
    learner.close();
    manager.close();
  }
}
