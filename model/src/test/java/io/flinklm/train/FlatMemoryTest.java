package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.flinklm.lane.Batch;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The engine's memory is not the garbage collector's: what a step does not close stays. So as many
 * arrays are alive after thousands of steps and checkpoints as after the first.
 */
class FlatMemoryTest {
  private static final SmallRun RUN = SmallRun.of(0);
  private static final long STEPS = Long.getLong("flinklm.memory.steps", 3_000);
  private static final int CHECKPOINT = 100;

  @Test
  void thousandsOfStepsAndTheirCheckpointsLeaveNoArrayBehind() {
    List<Batch> batches = RUN.batches();
    try (Trainer trainer = RUN.trainer(report -> {})) {
      RUN.feed(trainer, 0, batches.size());
      NDManager manager = manager(trainer);
      int arrays = manager.getManagedArrays().size();
      // Says how many resources the manager holds: arrays, and sub-managers that were not closed.
      String resources = manager.toString();
      String ofAllManagers = manager.getParentManager().toString();

      while (trainer.weights().step() < STEPS) {
        RUN.feed(trainer, 0, batches.size());
        if (trainer.weights().step() % CHECKPOINT == 0) {
          trainer.snapshot();
          trainer.hiddenStates();
          trainer.weights().toSafetensors();
          trainer.weights().sha256();
        }

        assertThat(manager.getManagedArrays()).hasSize(arrays);
        assertThat(manager.toString()).isEqualTo(resources);
        assertThat(manager.getParentManager().toString()).isEqualTo(ofAllManagers);
      }
    }
  }

  private static NDManager manager(Trainer trainer) {
    return trainer.weights().parameters().values().iterator().next().getManager();
  }
}
