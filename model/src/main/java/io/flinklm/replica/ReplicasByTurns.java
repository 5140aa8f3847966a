package io.flinklm.replica;

import io.flinklm.lane.Refusal;
import io.flinklm.train.Replication;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * All replicas of a training in one loop, which takes them one after the other. Not thread safe.
 *
 * @param <R> a replica with its text
 */
final class ReplicasByTurns<R extends ReplicaWithText> implements AutoCloseable {
  private final Replication replication;
  private final List<R> replicas;
  private final Rounds rounds;
  private final ReplicaBooks books;
  private boolean ended;

  /**
   * A loop before the first batch.
   *
   * @param training whose reports are those of all replicas
   * @param start makes one of them
   */
  ReplicasByTurns(Training training, IntFunction<R> start) {
    replication = training.config().replication();
    replicas = IntStream.range(0, replication.count()).mapToObj(start).toList();
    rounds = new Rounds(replication);
    books = new ReplicaBooks(training);
  }

  /**
   * A replica before its first batch.
   *
   * @param mostRows as in {@link Training#ofReplica}
   * @param start makes its trainer
   */
  static Replica replica(
      int number, Training training, int mostRows, Function<Training, Trainer> start) {
    return new Replica(
        number, training.config().replication(), start.apply(training.ofReplica(number, mostRows)));
  }

  Replication replication() {
    return replication;
  }

  List<R> replicas() {
    return replicas;
  }

  /** Counts what a replica will not be given. */
  void refuse(int replica, Refusal refusal) {
    books.refuse(replica, refusal);
  }

  /** Lets all take what they can, until all of them wait for text. */
  void takeAll() {
    boolean more = true;
    while (more) {
      more = false;
      for (R of : replicas) {
        more |= takeNext(of);
      }
    }
  }

  private boolean takeNext(R of) {
    Replica replica = of.replica();
    Optional<Turn> next = of.next(ended);
    if (next.isEmpty()) {
      return ended && tell(replica.end());
    }
    Turn turn = next.get();
    boolean told = tell(replica.turnTo(turn));
    if (turn.rows().isEmpty()) {
      of.pass();
      books.pass(replica.number(), turn);
    } else if (rounds.allAt(replica.at())) {
      of.start();
      books.add(replica.number(), of.take());
    } else {
      return told;
    }
    tell(replica.after(turn));
    return true;
  }

  private boolean tell(Optional<Publication> publication) {
    publication.ifPresent(rounds::add);
    for (Optional<Rounds.Complete> complete = rounds.complete();
        complete.isPresent();
        complete = rounds.complete()) {
      Rounds.Complete of = complete.get();
      replicas.forEach(each -> each.replica().accept(of));
    }
    return publication.isPresent();
  }

  /** Takes all that waits, and reports the end. */
  void finish() {
    ended = true;
    takeAll();
    for (R of : replicas) {
      books.end(of.replica().number(), of.hiddenStatesSha256());
    }
    books.finish(trainer().weights().step(), trainer().weights().sha256());
  }

  /** The trainer of the first replica, whose weights are those of all behind a round. */
  Trainer trainer() {
    return replicas.get(0).replica().trainer();
  }

  @Override
  public void close() {
    replicas.forEach(ReplicaWithText::close);
  }
}
