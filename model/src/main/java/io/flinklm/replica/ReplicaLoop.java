package io.flinklm.replica;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Refusal;
import io.flinklm.train.BatchTraining;
import io.flinklm.train.Taken;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Function;

/**
 * All replicas of a training on lanes in one loop, which takes them one after the other, without
 * Kafka and Flink: it is what a training on several machines is measured against, in bits. Not
 * thread safe.
 */
public final class ReplicaLoop implements BatchTraining, AutoCloseable {
  private final ReplicasByTurns<OfBatches> turns;

  /**
   * A loop before the first batch.
   *
   * @param training whose reports are those of all replicas
   * @param start makes the trainer of one of them
   */
  public ReplicaLoop(Training training, Function<Training, Trainer> start) {
    int rows = training.config().rows();
    turns =
        new ReplicasByTurns<>(
            training,
            number ->
                new OfBatches(
                    ReplicasByTurns.replica(number, training, rows, start), new ArrayDeque<>()));
  }

  @Override
  public void accept(Batch batch) {
    for (OfBatches of : turns.replicas()) {
      int number = of.replica().number();
      batch
          .ofLanes(lane -> turns.replication().replicaOf(lane) == number)
          .ifPresent(of.waiting()::add);
    }
    turns.takeAll();
  }

  @Override
  public void refuse(Refusal refusal) {
    turns.refuse(0, refusal);
  }

  @Override
  public void finish() {
    turns.finish();
  }

  /** The trainer of the first replica, whose weights are those of all behind a round. */
  public Trainer trainer() {
    return turns.trainer();
  }

  @Override
  public void close() {
    turns.close();
  }

  /** A replica and its batches. */
  private record OfBatches(Replica replica, ArrayDeque<Batch> waiting) implements ReplicaWithText {
    @Override
    public Optional<Turn> next(boolean ended) {
      return Optional.ofNullable(waiting.peekFirst()).map(Turn::of);
    }

    @Override
    public void start() {
      // The trainer has the hidden states of its lanes.
    }

    @Override
    public Taken take() {
      return replica.take(waiting.removeFirst());
    }

    @Override
    public void pass() {
      throw new IllegalStateException("of lanes each batch has rows");
    }

    @Override
    public String hiddenStatesSha256() {
      return replica.trainer().hiddenStatesSha256();
    }

    @Override
    public void close() {
      replica.close();
    }
  }
}
