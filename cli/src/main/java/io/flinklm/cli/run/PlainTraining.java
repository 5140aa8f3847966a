package io.flinklm.cli.run;

import io.flinklm.replica.ReplicaLoop;
import io.flinklm.replica.StreamReplicaLoop;
import io.flinklm.stream.StreamBatchTraining;
import io.flinklm.stream.StreamTraining;
import io.flinklm.train.BatchTraining;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.function.Function;

/**
 * A training in a plain loop: of one trainer, or of all replicas, which take their steps one after
 * the other. Closing it frees all.
 *
 * @param <T> how it takes batches
 * @param all who takes them
 * @param first the trainer of the first replica, or the only one: behind the last round its weights
 *     are those of all
 * @param closing frees all
 */
public record PlainTraining<T>(T all, Trainer first, Runnable closing) implements AutoCloseable {

  /** How a training begins. */
  @FunctionalInterface
  public interface Beginning<T> {
    /**
     * Begins a training.
     *
     * @param start makes the trainer of a replica
     */
    PlainTraining<T> begin(Training training, Function<Training, Trainer> start);
  }

  /** Begins a training on lanes. */
  public static PlainTraining<BatchTraining> onLanes(
      Training training, Function<Training, Trainer> start) {
    if (training.config().replication().isShared()) {
      ReplicaLoop replicas = new ReplicaLoop(training, start);
      return new PlainTraining<>(replicas, replicas.trainer(), replicas::close);
    }
    Trainer trainer = start.apply(training);
    return new PlainTraining<>(trainer, trainer, trainer::close);
  }

  /** Begins a training on streams. */
  public static PlainTraining<StreamBatchTraining> onStreams(
      Training training, Function<Training, Trainer> start) {
    if (training.config().replication().isShared()) {
      StreamReplicaLoop replicas = new StreamReplicaLoop(training, start);
      return new PlainTraining<>(replicas, replicas.trainer(), replicas::close);
    }
    Trainer trainer = start.apply(training);
    return new PlainTraining<>(StreamTraining.inMemory(trainer), trainer, trainer::close);
  }

  @Override
  public void close() {
    closing.run();
  }
}
