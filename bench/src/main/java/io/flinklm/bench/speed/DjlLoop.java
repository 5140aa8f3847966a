package io.flinklm.bench.speed;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.flinklm.bench.measure.Contestant;
import io.flinklm.bench.measure.PreparedBatches;
import io.flinklm.bench.measure.Timing;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.net.NetConfig;

/**
 * The training loop of LMModel6 as anyone writes it with DJL's own classes: its blocks, loss,
 * gradient collector and Adam. Hidden states go on from batch to batch, detached; loss and accuracy
 * are read at every step.
 */
final class DjlLoop implements Contestant {
  private static final float LEARNING_RATE = 3e-3f;

  private final Model model;
  private final Trainer trainer;
  private final PreparedBatches batches;
  private final Shape inputs;
  private final Shape states;
  private NDList hidden;
  private float last = Float.NaN;

  /**
   * Draws weights, as DJL does.
   *
   * @param net shape of LMModel6
   */
  DjlLoop(NetConfig net, PreparedBatches batches) {
    this.batches = batches;
    PyTorch.newManager(Device.cpu()).close();
    model = Model.newInstance(net.model(), Device.cpu(), "PyTorch");
    model.setBlock(new DjlBlock(net));
    inputs = new Shape(batches.rows(), batches.length());
    states = new Shape(net.layers(), batches.rows(), net.hidden());
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(
                    Optimizer.adam().optLearningRateTracker(Tracker.fixed(LEARNING_RATE)).build()));
    trainer.initialize(inputs, states, states);
    hidden = zeros();
  }

  private NDList zeros() {
    NDManager manager = trainer.getManager();
    return new NDList(manager.zeros(states), manager.zeros(states));
  }

  @Override
  public Timing run(double seconds) {
    return Timing.repeating(batches.tokens(), seconds, this::step);
  }

  private void step() {
    Batch batch = batches.next();
    if (batch.chunks().stream().allMatch(Chunk::fresh)) {
      hidden.close();
      hidden = zeros();
    }
    try (NDManager scope = trainer.getManager().newSubManager();
        GradientCollector collector = trainer.newGradientCollector()) {
      NDArray tokens = scope.create(batch.inputs(), inputs);
      NDArray targets = scope.create(batch.lastTargets(batches.length()));
      NDList out = trainer.forward(new NDList(tokens, hidden.get(0), hidden.get(1)));
      out.attach(scope);
      NDArray logits = out.get(0).reshape(targets.size(), -1);
      NDArray loss = trainer.getLoss().evaluate(new NDList(targets), new NDList(logits));
      collector.backward(loss);
      trainer.step();
      long correct = logits.argMax(1).eq(targets).countNonzero().getLong();
      last = loss.getFloat();
      if (!Float.isFinite(last) || correct > targets.size()) {
        throw new IllegalStateException("DJL's loop gives a loss of " + last);
      }
      hidden.close();
      hidden = new NDList(out.get(1).stopGradient(), out.get(2).stopGradient());
      hidden.attach(trainer.getManager());
    }
  }

  /** Of the last step. */
  float loss() {
    return last;
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
