package io.flinklm.job.train;

import ai.djl.Device;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.models.EngineTest;
import io.flinklm.job.models.Lineage;
import io.flinklm.lane.BatchAssembler;
import io.flinklm.lane.HiddenState;
import io.flinklm.replica.Replica;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.HashMap;
import java.util.Map;

/** How a replica begins, or goes on from a checkpoint. */
final class ReplicaStart {
  private final Setup setup;
  private final Training training;

  /**
   * The start of replicas in this process.
   *
   * @param lineage of the training
   */
  ReplicaStart(Setup setup, Lineage lineage) {
    this.setup = setup;
    Device device = PyTorch.device(setup.options().device());
    EngineTest.require(
        setup.config().net(), setup.config().cell(), setup.config().rowsOfShard(), device);
    // Reports are made of what all replicas tell, elsewhere.
    this.training =
        Training.of(setup.config(), setup.tokenizer().fingerprint(), device, report -> {})
            .withEngineThreads(setup.options().engineThreads())
            .testingAll(setup.options().testsAll())
            .keeping(step -> setup.nonfinite().keep(step, lineage));
  }

  /** A replica before its first batch. */
  ReplicaOfLanes begun(int number) {
    Training of = training.ofReplica(number);
    Trainer trainer =
        setup.initial() == null
            ? Trainer.drawn(of)
            : Trainer.startingFrom(of, setup.initial().safetensors(), setup.initial().sha256());
    return lanes(replica(number, trainer));
  }

  /**
   * A replica that goes on.
   *
   * @param snapshot of its trainer
   * @param round as {@link Replica#write}
   * @param lanes of it
   */
  ReplicaOfLanes restored(
      int number, byte[] snapshot, byte[] round, Map<Integer, LaneState> lanes) {
    Map<Integer, HiddenState> hiddenStates = new HashMap<>();
    lanes.forEach(
        (lane, of) -> {
          if (of.hiddenState() != null) {
            hiddenStates.put(lane, of.hiddenState());
          }
        });
    Replica replica =
        replica(number, Trainer.restored(training.ofReplica(number), snapshot, hiddenStates));
    replica.read(round);
    ReplicaOfLanes restored = lanes(replica);
    lanes.forEach((lane, of) -> restore(lane, of, restored.assembler()));
    return restored;
  }

  private void restore(int lane, LaneState of, BatchAssembler assembler) {
    if (of.front() != null) {
      assembler.goOnFrom(of.front());
    }
    // Without a time-out all lanes are waited for, also those that were left out before.
    if (setup.options().laneTimeout().isPresent() && of.leftOut()) {
      assembler.leaveOut(lane);
    }
    of.waiting().forEach(assembler::add);
  }

  private Replica replica(int number, Trainer trainer) {
    return new Replica(number, setup.config().replication(), trainer);
  }

  private ReplicaOfLanes lanes(Replica replica) {
    return new ReplicaOfLanes(replica, setup.config().replication(), setup.config().rows());
  }
}
