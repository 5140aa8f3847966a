package io.flinklm.bench.measure;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Batch;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.train.Learner;
import io.flinklm.train.TrainingConfig;
import io.flinklm.weights.Weights;

/** The training step and nothing else, on batches that are there already. */
public final class BareStep implements Contestant {
  private final NDManager manager;
  private final Learner learner;
  private final PreparedBatches batches;
  private final StepTimes times = new StepTimes();

  /**
   * Draws weights.
   *
   * @throws io.flinklm.UserMistake if the device is not there
   */
  public BareStep(
      TrainingConfig config, Device device, int engineThreads, PreparedBatches batches) {
    this.batches = batches;
    this.manager = PyTorch.newManager(device);
    LanguageModel model = LanguageModels.of(config.net(), config.cell());
    Weights weights = Weights.initial(model, config.seed(), manager);
    this.learner = new Learner(config, model, weights, manager, engineThreads, 0, times);
  }

  @Override
  public Timing run(double seconds) {
    return Timing.repeating(batches.tokens(), seconds, this::step);
  }

  private void step() {
    Batch batch = batches.next();
    times.begin();
    if (!learner.train(batch).isFinite()) {
      throw new IllegalStateException("step " + (learner.weights().step() + 1) + " is not finite");
    }
  }

  /** How the time of a step falls to its parts. */
  public StepTimes times() {
    return times;
  }

  @Override
  public void close() {
    learner.close();
    manager.close();
  }
}
