package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.PyTorch.GradientMode;
import io.flinklm.engine.TorchScript;
import io.flinklm.lane.Batch;
import io.flinklm.lane.HiddenState;
import io.flinklm.net.Backpropagation;
import io.flinklm.net.Backpropagation.Pass;
import io.flinklm.net.Dropout;
import io.flinklm.net.Forward;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.SelfTest;
import io.flinklm.train.StepListener.Part;
import io.flinklm.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Learns from batches: one truncated-BPTT step each (Williams, Peng 1990), with the lanes' hidden
 * states carried from batch to batch. Holds a model's weights and all lanes' hidden states where
 * the engine is. Not thread safe.
 */
public final class Learner implements AutoCloseable {
  private final TrainingConfig config;
  private final LanguageModel model;
  private final NDManager manager;
  private final TorchScript script;
  private final Backpropagation backpropagation;
  private final AdamW optimizer;
  private final Clipping clipping;
  private final HiddenStates hiddenStates;
  private final Weights weights;
  private final StepListener listener;
  private final ShardThreads threads;
  private final int firstRow;

  /** Learns on from weights that live in the manager. */
  public Learner(TrainingConfig config, LanguageModel model, Weights weights, NDManager manager) {
    this(config, model, weights, manager, 1, 0, StepListener.NONE);
  }

  /**
   * The same, and tells how far each step is.
   *
   * @param engineThreads that compute shards side by side; their number decides no bit
   * @param firstRow of the rows of all replicas that is the first of these
   */
  public Learner(
      TrainingConfig config,
      LanguageModel model,
      Weights weights,
      NDManager manager,
      int engineThreads,
      int firstRow,
      StepListener listener) {
    this.config = config;
    this.model = model;
    this.weights = weights;
    this.manager = manager;
    this.listener = listener;
    this.script = StepFunctions.load(manager);
    this.backpropagation =
        SelfTest.of(config.net(), config.cell(), config.rowsOfShard(), manager.getDevice())
            .way()
            .load(model, manager);
    this.optimizer = new AdamW(weights, config.weightDecay(), script);
    this.clipping = new Clipping(config.clip(), script);
    this.hiddenStates = new HiddenStates(config.net(), model.stateParts(), manager);
    this.threads = new ShardThreads(engineThreads);
    this.firstRow = firstRow;
  }

  /**
   * One optimizer step from one batch: of each shard the gradients of a sum over its rows, and then
   * their sum. If it gives NaN or infinity it is not taken: weights, moments, step and hidden
   * states stay as they are, and the result is all that comes of it.
   */
  public BatchResult train(Batch batch) {
    long step = weights.step() + 1;
    try (GradientMode mode = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      List<Shard> shards = Shard.of(batch, config.shards());
      NDList start = hiddenStates.of(batch, scope);
      listener.ended(Part.ASSEMBLE);
      List<LearnedShard> learned =
          threads.each(shards.size(), i -> learn(shards.get(i), start, step, scope));
      Map<String, NDArray> gradients = LearnedShard.sum(learned, script, scope);
      listener.ended(Part.SUM);
      double rate = config.schedule().learningRate(step);
      BatchResult result = LearnedShard.result(learned, gradients.values(), rate, script, scope);
      listener.ended(Part.REPORT);
      if (!result.isFinite()) {
        return result.withLaneLosses(LearnedShard.lossesByRow(learned));
      }
      clipping.clip(gradients.values(), result.gradientNorm(), scope);
      optimizer.update(gradients, rate, config.schedule().momentum(step), scope);
      listener.ended(Part.UPDATE);
      hiddenStates.keep(batch, Shard.joined(learned.stream().map(LearnedShard::forward).toList()));
      return result;
    } finally {
      listener.ended(Part.STATE);
    }
  }

  private LearnedShard learn(Shard shard, NDList start, long step, NDManager scope) {
    // The others take no time that the step would not; one is enough to know the parts.
    StepListener told = shard.first() == 0 ? listener : StepListener.NONE;
    try (GradientMode mode = GradientMode.off()) {
      Dropout dropout = Dropout.of(config.seed(), step, firstRow + shard.first());
      NDArray inputs = shard.inputs(scope);
      Pass pass =
          backpropagation.forward(
              weights.parameters(), inputs, shard.states(start), dropout, scope);
      told.ended(Part.FORWARD);
      NDArray targets = shard.targets(pass.forward(), scope);
      Loss loss =
          Loss.of(pass.forward(), targets, config.regularizer(), script, scope)
              .ofRows(shard.size(), config.rows(), script, scope);
      told.ended(Part.LOSS);
      Map<String, NDArray> gradients = pass.gradients(loss.gradients());
      told.ended(Part.BACKWARD);
      return new LearnedShard(pass.forward(), targets, loss, gradients);
    }
  }

  /**
   * Scores a batch with the weights as they are; only the hidden states move. A lane whose state
   * comes out as NaN or infinity goes on from zero.
   */
  public BatchResult score(Batch batch) {
    try (GradientMode mode = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      List<ScoredShard> scored = scored(batch, scope);
      hiddenStates.keep(batch, Shard.joined(scored.stream().map(ScoredShard::forward).toList()));
      BatchResult result = ScoredShard.result(scored);
      // A state that is not finite shows in the loss: it is what the logits are made of.
      if (!Double.isFinite(result.crossEntropy())) {
        hiddenStates.dropNonfinite();
      }
      return result;
    }
  }

  /** Scores a batch that is trained on afterwards: weights and hidden states stay as they are. */
  public BatchResult test(Batch batch) {
    try (GradientMode mode = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      return ScoredShard.result(scored(batch, scope));
    }
  }

  /**
   * The loss of each of a batch's targets, in nats, row by row: of all of a window, or of its last,
   * as the model predicts. Weights and hidden states stay as they are.
   */
  public float[] surprisals(Batch batch) {
    try (GradientMode mode = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      return CrossEntropy.joined(
          undropped(
              batch,
              scope,
              (shard, forward) ->
                  CrossEntropy.ofEach(forward.logits(), shard.targets(forward, scope))));
    }
  }

  private List<ScoredShard> scored(Batch batch, NDManager scope) {
    return undropped(
        batch,
        scope,
        (shard, forward) -> ScoredShard.of(forward, shard.targets(forward, scope), script, scope));
  }

  // What a function makes of each shard's forward pass without dropout.
  private <T> List<T> undropped(Batch batch, NDManager scope, BiFunction<Shard, Forward, T> then) {
    List<Shard> shards = Shard.of(batch, config.shards());
    NDList start = hiddenStates.of(batch, scope);
    return threads.each(
        shards.size(),
        i -> {
          Shard shard = shards.get(i);
          try (GradientMode mode = GradientMode.off()) {
            NDArray inputs = shard.inputs(scope);
            NDList states = shard.states(start);
            return then.apply(
                shard, model.forward(weights.parameters(), inputs, states, Dropout.NONE));
          }
        });
  }

  /**
   * Goes past a batch whose step was not taken: its lanes' states are those behind it, and zero for
   * lanes that gave NaN or infinity.
   */
  public void pass(Batch batch, List<Integer> lanes) {
    score(batch);
    hiddenStates.drop(lanes);
  }

  /**
   * Puts the mean of several replicas' weights in the place of these.
   *
   * @param means of all that was exchanged
   */
  void average(WeightsMean means) {
    try (GradientMode mode = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      means.into(weights, script, scope);
    }
  }

  /** The weights, which every call of {@link #train} changes. */
  public Weights weights() {
    return weights;
  }

  /** All lanes' hidden states, copied out of the engine, by lane. */
  public Map<Integer, HiddenState> hiddenStates() {
    return hiddenStates.snapshot();
  }

  /** Goes on from hidden states that {@link #hiddenStates()} gave. */
  void restoreHiddenStates(Map<Integer, HiddenState> snapshot) {
    hiddenStates.restore(snapshot);
  }

  /** Goes on from other hidden states than those that the last batch left. */
  void replaceHiddenStates(Map<Integer, HiddenState> others) {
    hiddenStates.replace(others);
  }

  /** Lets its threads go; what it holds in the engine is its manager's. */
  @Override
  public void close() {
    threads.close();
  }
}
