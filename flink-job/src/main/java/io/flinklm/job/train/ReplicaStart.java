package io.flinklm.job.train;

import ai.djl.Device;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.models.EngineTest;
import io.flinklm.job.models.Lineage;
import io.flinklm.lane.HiddenState;
import io.flinklm.replica.Replica;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
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

  /**
   * A replica before its first batch.
   *
   * @param mostRows as in {@link Training#ofReplica}
   */
  Replica begun(int number, int mostRows) {
    Training of = training.ofReplica(number, mostRows);
    return replica(
        number,
        setup.initial() == null
            ? Trainer.drawn(of)
            : Trainer.startingFrom(of, setup.initial().safetensors(), setup.initial().sha256()));
  }

  /**
   * A replica that goes on.
   *
   * @param mostRows as in {@link Training#ofReplica}
   * @param snapshot of its trainer
   * @param round as {@link Replica#write}
   * @param hiddenStates of its lanes; none where they are kept elsewhere
   */
  Replica restored(
      int number,
      int mostRows,
      byte[] snapshot,
      byte[] round,
      Map<Integer, HiddenState> hiddenStates) {
    Training of = training.ofReplica(number, mostRows);
    Replica replica = replica(number, Trainer.restored(of, snapshot, hiddenStates));
    try {
      replica.read(round);
    } catch (RuntimeException | Error e) {
      replica.close();
      throw e;
    }
    return replica;
  }

  private Replica replica(int number, Trainer trainer) {
    return new Replica(number, setup.config().replication(), trainer);
  }
}
