package io.flinklm.cli.run;

import io.flinklm.replica.ReplicaLoop;
import io.flinklm.train.BatchTraining;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.function.Function;

/**
 * A training in a plain loop: of one trainer, or of all replicas, which take their steps one after
 * the other. Closing it frees all.
 *
 * @param all who takes the batches
 * @param first the trainer of the first replica, or the only one: behind the last round its weights
 *     are those of all
 */
public record PlainTraining(BatchTraining all, Trainer first) implements AutoCloseable {

  /**
   * Begins a training.
   *
   * @param start makes the trainer of a replica
   */
  public static PlainTraining begin(Training training, Function<Training, Trainer> start) {
    if (training.config().replication().isShared()) {
      ReplicaLoop replicas = new ReplicaLoop(training, start);
      return new PlainTraining(replicas, replicas.trainer());
    }
    Trainer trainer = start.apply(training);
    return new PlainTraining(trainer, trainer);
  }

  @Override
  public void close() {
    if (all instanceof ReplicaLoop replicas) {
      replicas.close();
    } else {
      first.close();
    }
  }
}
