package io.flinklm.replica;

import io.flinklm.lane.Refusal;
import io.flinklm.stream.StatesInMemory;
import io.flinklm.stream.StreamBatch;
import io.flinklm.stream.StreamBatchTraining;
import io.flinklm.stream.StreamEnd;
import io.flinklm.stream.StreamTurn;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.function.Function;

/**
 * All replicas of a training on streams in one loop, as {@link ReplicaLoop} is for lanes. Not
 * thread safe.
 */
public final class StreamReplicaLoop implements StreamBatchTraining, AutoCloseable {
  private final ReplicasByTurns<ReplicaOfStreams> turns;

  /**
   * A loop before the first batch.
   *
   * @param training whose reports are those of all replicas
   * @param start makes the trainer of one of them
   */
  public StreamReplicaLoop(Training training, Function<Training, Trainer> start) {
    int rows = training.config().laneCount();
    turns =
        new ReplicasByTurns<>(
            training,
            number ->
                new ReplicaOfStreams(
                    ReplicasByTurns.replica(number, training, rows, start),
                    new StatesInMemory(),
                    new Told()));
  }

  private final class Told implements ReplicaOfStreams.Events {
    @Override
    public void refuse(int replica, Refusal refusal) {
      turns.refuse(replica, refusal);
    }

    @Override
    public void ended(StreamEnd end) {
      // Nobody else keeps anything of a stream.
    }
  }

  @Override
  public void accept(StreamBatch batch) {
    for (ReplicaOfStreams of : turns.replicas()) {
      int number = of.replica().number();
      of.add(
          new StreamTurn.Rows(
              batch.ofStreams(stream -> turns.replication().replicaOf(stream) == number)));
    }
    turns.takeAll();
  }

  @Override
  public void refuse(Refusal refusal) {
    turns.replicas().get(0).add(new StreamTurn.Refused(refusal));
    turns.takeAll();
  }

  @Override
  public void ended(StreamEnd end) {
    turns
        .replicas()
        .get(turns.replication().replicaOf(end.stream()))
        .add(new StreamTurn.Ended(end));
    turns.takeAll();
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
}
