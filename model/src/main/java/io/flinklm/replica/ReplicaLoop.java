package io.flinklm.replica;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Refusal;
import io.flinklm.train.BatchTraining;
import io.flinklm.train.Replication;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * All replicas of a training in one loop, which takes them one after the other, without Kafka and
 * Flink: it is what a training on several machines is measured against, in bits. Not thread safe.
 */
public final class ReplicaLoop implements BatchTraining, AutoCloseable {
  private final Replication replication;
  private final List<Replica> replicas;
  private final List<ArrayDeque<Batch>> waiting;
  private final Rounds rounds;
  private final ReplicaBooks books;
  private boolean ended;

  /**
   * A loop before the first batch.
   *
   * @param training whose reports are those of all replicas
   * @param start makes the trainer of one of them
   */
  public ReplicaLoop(Training training, Function<Training, Trainer> start) {
    replication = training.config().replication();
    replicas =
        IntStream.range(0, replication.count())
            .mapToObj(
                number -> new Replica(number, replication, start.apply(training.ofReplica(number))))
            .toList();
    waiting = replicas.stream().map(replica -> new ArrayDeque<Batch>()).toList();
    rounds = new Rounds(replication);
    books = new ReplicaBooks(training);
  }

  @Override
  public void accept(Batch batch) {
    for (Replica replica : replicas) {
      batch
          .ofLanes(lane -> replication.replicaOf(lane) == replica.number())
          .ifPresent(waiting.get(replica.number())::add);
    }
    takeAll();
  }

  @Override
  public void refuse(Refusal refusal) {
    books.refuse(refusal);
  }

  // Until all of them wait for text.
  private void takeAll() {
    boolean more = true;
    while (more) {
      more = false;
      for (Replica replica : replicas) {
        more |= takeNext(replica);
      }
    }
  }

  private boolean takeNext(Replica replica) {
    Batch next = waiting.get(replica.number()).peekFirst();
    if (next == null) {
      return ended && tell(replica.end());
    }
    boolean told = tell(replica.turnTo(next));
    if (!rounds.allAt(replica.at())) {
      return told;
    }
    waiting.get(replica.number()).removeFirst();
    books.add(replica.number(), replica.take(next));
    tell(replica.after(next));
    return true;
  }

  private boolean tell(Optional<Publication> publication) {
    publication.ifPresent(rounds::add);
    for (Optional<Rounds.Complete> complete = rounds.complete();
        complete.isPresent();
        complete = rounds.complete()) {
      Rounds.Complete of = complete.get();
      replicas.forEach(replica -> replica.accept(of));
    }
    return publication.isPresent();
  }

  @Override
  public void finish() {
    ended = true;
    takeAll();
    for (Replica replica : replicas) {
      books.end(replica.number(), replica.trainer().hiddenStatesSha256());
    }
    books.finish(trainer().weights().step(), trainer().weights().sha256());
  }

  /** The trainer of the first replica, whose weights are those of all behind a round. */
  public Trainer trainer() {
    return replicas.get(0).trainer();
  }

  @Override
  public void close() {
    replicas.forEach(Replica::close);
  }
}
