package io.flinklm.replica;

import io.flinklm.lane.Batch;
import io.flinklm.lane.HiddenState;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import io.flinklm.weights.ExchangedWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Replicas that know each other by a log alone, as in the job: each reads it at its own pace, and a
 * random number decides who does something next. They can be killed, and go on from their last
 * checkpoint, which all take behind the same record of the log; what lay behind it is not read
 * again.
 */
final class ScatteredReplicas implements AutoCloseable {
  private final ReplicatedRun run;
  private final Training training;
  private final Random random;
  private final List<Told> log = new ArrayList<>();
  private ReplicaBooks books;
  private List<Member> members;
  private Checkpoint checkpoint;

  /** A replica, and how far it has come in its batches and in the log. */
  private static final class Member {
    private final Replica replica;
    private final List<Batch> batches;
    private final Rounds rounds;
    private int taken;
    private int read;

    Member(Replica replica, List<Batch> batches, Rounds rounds) {
      this.replica = replica;
      this.batches = batches;
      this.rounds = rounds;
    }
  }

  /** A publication as it lies in the log, of which each reader makes one of its own. */
  private record Told(Publication of, byte[] weights) {
    Publication to(Replica reader) {
      return new Publication(
          of.replica(),
          of.round(),
          of.steps(),
          of.step(),
          of.next(),
          of.weights()
              .map(
                  any -> {
                    ExchangedWeights copy = reader.roomForWeights();
                    copy.bytes().put(weights);
                    return copy;
                  }));
    }
  }

  private void tell(Publication of) {
    byte[] weights = new byte[of.bytes()];
    of.weights().ifPresent(any -> any.bytes().get(weights));
    log.add(new Told(of, weights));
  }

  private record Kept(
      byte[] trainer, Map<Integer, HiddenState> states, byte[] replica, int taken) {}

  private record Checkpoint(List<Kept> members, byte[] books) {}

  ScatteredReplicas(ReplicatedRun run, Consumer<Report> reports, long seed) {
    this.run = run;
    this.training = run.training(reports);
    this.random = new Random(seed);
    this.books = new ReplicaBooks(training);
    this.members = numbers().mapToObj(number -> member(number, Trainer.drawn(of(number)))).toList();
    this.checkpoint = take();
  }

  private IntStream numbers() {
    return IntStream.range(0, run.config().replication().count());
  }

  private Training of(int number) {
    return training.ofReplica(number, run.config().rows());
  }

  private Member member(int number, Trainer trainer) {
    return new Member(
        new Replica(number, run.config().replication(), trainer),
        run.batchesOf(number),
        new Rounds(run.config().replication()));
  }

  /** Runs to the end, with checkpoints and kills of whatever chance. */
  void run(int checkpointOneIn, int killedOneIn) {
    while (!members.stream().allMatch(of -> of.rounds.allAt(Round.END))) {
      Member member = members.get(random.nextInt(members.size()));
      if (member.read < log.size() && random.nextBoolean()) {
        read(member);
      } else {
        act(member);
      }
      if (random.nextInt(checkpointOneIn) == 0) {
        checkpoint = take();
      }
      if (random.nextInt(killedOneIn) == 0) {
        kill();
      }
    }
    for (Member member : members) {
      books.end(member.replica.number(), member.replica.trainer().hiddenStatesSha256());
    }
    Trainer first = members.get(0).replica.trainer();
    books.finish(first.weights().step(), first.weights().sha256());
  }

  private void read(Member member) {
    member.rounds.add(log.get(member.read++).to(member.replica));
    for (Optional<Rounds.Complete> next = member.rounds.complete();
        next.isPresent();
        next = member.rounds.complete()) {
      member.replica.accept(next.get());
    }
  }

  private void act(Member member) {
    Replica replica = member.replica;
    if (member.taken == member.batches.size()) {
      replica.end().ifPresent(this::tell);
      return;
    }
    Batch next = member.batches.get(member.taken);
    replica.turnTo(Turn.of(next)).ifPresent(this::tell);
    if (member.rounds.allAt(replica.at())) {
      member.taken++;
      books.add(replica.number(), replica.take(next));
      replica.after(Turn.of(next)).ifPresent(this::tell);
    }
  }

  private Checkpoint take() {
    List<Kept> kept = new ArrayList<>();
    for (Member member : members) {
      while (member.read < log.size()) {
        read(member);
      }
      kept.add(
          new Kept(
              member.replica.trainer().snapshot(),
              member.replica.trainer().hiddenStates(),
              member.replica.write(),
              member.taken));
    }
    return new Checkpoint(kept, books.write());
  }

  private void kill() {
    close();
    log.clear();
    List<Member> restored = new ArrayList<>();
    numbers().forEach(number -> restored.add(restored(number)));
    members = restored;
    books = new ReplicaBooks(training);
    books.read(checkpoint.books);
    members.forEach(member -> tell(member.replica.again()));
  }

  private Member restored(int number) {
    Kept kept = checkpoint.members.get(number);
    Member member = member(number, Trainer.restored(of(number), kept.trainer, kept.states));
    member.replica.read(kept.replica);
    member.taken = kept.taken;
    return member;
  }

  @Override
  public void close() {
    members.forEach(member -> member.replica.close());
  }
}
