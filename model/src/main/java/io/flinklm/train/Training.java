package io.flinklm.train;

import ai.djl.Device;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What a {@link Trainer} trains, where, and who is told of it; not with which weights it begins.
 *
 * @param config of the training
 * @param vocabulary fingerprint of the vocabulary that token ids belong to
 * @param device where the engine computes
 * @param reports told of every batch, every finished segment and the end
 * @param nonfinite keeps a step that was not taken, and says in a clause where it is
 * @param nanoTime clock in nanoseconds from any origin
 * @param engineThreads that compute a batch's shards side by side; their number decides no bit
 * @param firstRow of the rows of all replicas that is the first of this one's; 0 where there is one
 * @param testsAll whether all new text is evaluated before it is trained on, and not one step in 50
 */
public record Training(
    TrainingConfig config,
    String vocabulary,
    Device device,
    Consumer<Report> reports,
    Function<NonfiniteStep, String> nonfinite,
    LongSupplier nanoTime,
    int engineThreads,
    int firstRow,
    boolean testsAll) {

  /** A training by the clock of this machine that keeps nothing of a step that is not taken. */
  public static Training of(
      TrainingConfig config, String vocabulary, Device device, Consumer<Report> reports) {
    return new Training(
        config,
        vocabulary,
        device,
        reports,
        step -> "the batch was not kept",
        System::nanoTime,
        1,
        0,
        false);
  }

  /** The same, of which steps that are not taken are kept. */
  public Training keeping(Function<NonfiniteStep, String> other) {
    return copy(other, nanoTime, engineThreads, firstRow, testsAll);
  }

  /** The same by another clock. */
  public Training timedBy(LongSupplier other) {
    return copy(nonfinite, other, engineThreads, firstRow, testsAll);
  }

  /** The same with so many engine threads, as in {@link TrainingConfig#threadsHere}. */
  public Training withEngineThreads(int chosen) {
    int threads = TrainingConfig.threadsHere(chosen, config.shards());
    return copy(nonfinite, nanoTime, threads, firstRow, testsAll);
  }

  /** The same, of which all new text is evaluated before it is trained on, or not. */
  public Training testingAll(boolean wanted) {
    return copy(nonfinite, nanoTime, engineThreads, firstRow, wanted);
  }

  /**
   * The same of one of several replicas. Each drops out other units, by the number of the row.
   *
   * @param number of the replica, from 0
   * @param mostRows that a batch of a replica can have: its lanes, or all rows where streams are
   *     shared out by hash
   */
  public Training ofReplica(int number, int mostRows) {
    return copy(nonfinite, nanoTime, engineThreads, number * mostRows, testsAll);
  }

  private Training copy(
      Function<NonfiniteStep, String> kept,
      LongSupplier clock,
      int threads,
      int first,
      boolean tests) {
    return new Training(config, vocabulary, device, reports, kept, clock, threads, first, tests);
  }

  LanguageModel model() {
    return LanguageModels.of(config.net(), config.cell());
  }

  TrainingIdentity identity() {
    return TrainingIdentity.of(config, vocabulary);
  }
}
