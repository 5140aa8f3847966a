package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
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

/**
 * Learns from batches: one truncated-BPTT step each (Williams, Peng 1990), with the lanes' hidden
 * states carried from batch to batch. Holds a model's weights and all lanes' hidden states where
 * the engine is. Not thread safe.
 */
public final class Learner {
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

  /** Learns on from weights that live in the manager. */
  public Learner(TrainingConfig config, LanguageModel model, Weights weights, NDManager manager) {
    this(config, model, weights, manager, StepListener.NONE);
  }

  /** The same, and tells how far each step is. */
  public Learner(
      TrainingConfig config,
      LanguageModel model,
      Weights weights,
      NDManager manager,
      StepListener listener) {
    this.config = config;
    this.model = model;
    this.weights = weights;
    this.manager = manager;
    this.listener = listener;
    this.script = StepFunctions.load(manager);
    this.backpropagation =
        SelfTest.of(config.net(), config.cell(), config.laneCount(), manager.getDevice())
            .way()
            .load(model, manager);
    this.optimizer = new AdamW(weights, config.weightDecay(), script);
    this.clipping = new Clipping(config.clip(), script);
    this.hiddenStates = new HiddenStates(config.net(), model.stateParts(), manager);
  }

  /**
   * One optimizer step from one batch. If it gives NaN or infinity it is not taken: weights,
   * moments, step and hidden states stay as they are, and the result is all that comes of it.
   */
  public BatchResult train(Batch batch) {
    long step = weights.step() + 1;
    try (GradientMode mode = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      NDArray inputs = inputs(batch, scope);
      NDList start = hiddenStates.of(batch, scope);
      listener.ended(Part.ASSEMBLE);
      Dropout dropout = Dropout.of(config.seed(), step);
      Pass pass = backpropagation.forward(weights.parameters(), inputs, start, dropout, scope);
      Forward forward = pass.forward();
      listener.ended(Part.FORWARD);
      NDArray targets = targets(batch, forward, scope);
      Loss loss =
          Loss.of(forward, targets, config.regularizer(), script, scope)
              .ofRows(batch.chunks().size(), config.laneCount(), script, scope);
      listener.ended(Part.LOSS);
      Map<String, NDArray> gradients = pass.gradients(loss.gradients());
      listener.ended(Part.BACKWARD);
      BatchResult result =
          loss.result(
              gradients.values(),
              targets.size(),
              config.schedule().learningRate(step),
              script,
              scope);
      listener.ended(Part.REPORT);
      if (!result.isFinite()) {
        return result.withLaneLosses(CrossEntropy.byRow(forward.logits(), targets));
      }
      clipping.clip(gradients.values(), result.gradientNorm(), scope);
      double momentum = config.schedule().momentum(step);
      optimizer.update(gradients, result.learningRate(), momentum, scope);
      listener.ended(Part.UPDATE);
      hiddenStates.keep(batch, forward.states());
      return result;
    } finally {
      listener.ended(Part.STATE);
    }
  }

  /**
   * Scores a batch with the weights as they are; only the hidden states move. A lane whose state
   * comes out as NaN or infinity goes on from zero.
   */
  public BatchResult score(Batch batch) {
    try (GradientMode mode = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      Forward forward = undropped(batch, scope);
      hiddenStates.keep(batch, forward.states());
      BatchResult result = scored(batch, forward, scope);
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
      return scored(batch, undropped(batch, scope), scope);
    }
  }

  /**
   * The loss of each of a batch's targets, in nats, row by row: of all of a window, or of its last,
   * as the model predicts. Weights and hidden states stay as they are.
   */
  public float[] surprisals(Batch batch) {
    try (GradientMode mode = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      Forward forward = undropped(batch, scope);
      return CrossEntropy.ofEach(forward.logits(), targets(batch, forward, scope));
    }
  }

  private BatchResult scored(Batch batch, Forward forward, NDManager scope) {
    NDArray targets = targets(batch, forward, scope);
    NDList result = CrossEntropy.mean(forward.logits(), targets, script, scope);
    return new BatchResult(
        result.get(0).getFloat(),
        0,
        0,
        0,
        (int) result.get(1).getFloat(),
        Math.toIntExact(targets.size()),
        0,
        List.of());
  }

  /**
   * Goes past a batch whose step was not taken: its lanes' states are those behind it, and zero for
   * lanes that gave NaN or infinity.
   */
  public void pass(Batch batch, List<Integer> lanes) {
    score(batch);
    hiddenStates.drop(lanes);
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

  private Forward undropped(Batch batch, NDManager scope) {
    NDList start = hiddenStates.of(batch, scope);
    return model.forward(weights.parameters(), inputs(batch, scope), start, Dropout.NONE);
  }

  private static NDArray inputs(Batch batch, NDManager scope) {
    return scope.create(batch.inputs(), new Shape(batch.chunks().size(), batch.length()));
  }

  // Of as many positions as the model predicts: all of a window, or its last.
  private static NDArray targets(Batch batch, Forward forward, NDManager scope) {
    int time = Math.toIntExact(forward.logits().getShape().get(1));
    long[] ids = batch.lastTargets(time);
    return scope.create(ids);
  }
}
