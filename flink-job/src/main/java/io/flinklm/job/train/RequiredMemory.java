package io.flinklm.job.train;

import io.flinklm.UserMistake;
import io.flinklm.engine.PyTorch;
import io.flinklm.train.StepCost;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The memory that a training needs where it is about to begin. */
final class RequiredMemory {
  private static final Logger LOG = LoggerFactory.getLogger(RequiredMemory.class);

  private RequiredMemory() {}

  /**
   * Refuses a training that has too little here, for good: a restarted job would find the same
   * memory.
   *
   * @param replicas that train here
   */
  static void here(Setup setup, int replicas) {
    StepCost cost =
        new StepCost(
            setup.config().net(),
            setup.config().rows() * replicas,
            setup.config().bptt(),
            setup.config().shards(),
            replicas);
    boolean ofEngine = !PyTorch.device(setup.options().device()).isGpu();
    TrainingMemory memory = TrainingMemory.here(TrainingHeap.Work.STREAM, cost, ofEngine);
    LOG.info(
        "a training of {} parameters, with about {} of memory",
        cost.parameters(),
        TrainingMemory.inWords(memory.mebibytes()));
    try {
      memory.requireHere();
      TrainingHeap.of(TrainingHeap.Work.STREAM, setup.config().net())
          .requireHere("give the TaskManager more memory (taskmanager.memory.process.size)");
    } catch (UserMistake e) {
      LOG.error(e.getMessage());
      throw new SuppressRestartsException(e);
    }
  }
}
