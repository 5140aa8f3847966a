package io.flinklm.replica;

import io.flinklm.Blob;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Split;
import io.flinklm.train.Replication;
import io.flinklm.train.Taken;
import io.flinklm.train.Trainer;
import io.flinklm.weights.ExchangedWeights;
import java.util.Optional;

/**
 * One copy of the weights, which trains on lanes or streams of its own: in which round it is, what
 * it has to tell the others, and whether it has to wait for them. Not thread safe.
 *
 * <p>It tells that it leaves a round behind the last batch that the round can have, or once it sees
 * a batch of a later one. Behind that it takes no batch before every replica is where that batch
 * is; so its weights are those of the round until the mean takes their place.
 */
public final class Replica implements AutoCloseable {
  private static final String KIND = "REPL";

  // Version 1: the round, its steps, the round that was left, its steps.
  private static final int VERSION = 1;

  private final int number;
  private final Replication replication;
  private final Trainer trainer;
  private Round at = Round.FIRST;
  private int steps;
  private Round left = Round.FIRST;
  private int stepsLeft;
  private ExchangedWeights exchanged;

  /** A replica before its first batch. */
  public Replica(int number, Replication replication, Trainer trainer) {
    this.number = number;
    this.replication = replication;
    this.trainer = trainer;
  }

  /** Which it is, from 0. */
  public int number() {
    return number;
  }

  /** Its weights and hidden states. */
  public Trainer trainer() {
    return trainer;
  }

  /** The round that its next batch is of, at the earliest. */
  public Round at() {
    return at;
  }

  /**
   * Learns where the next batch is, of which it may have no rows, and gives what is to be told
   * before that is taken, if anything.
   */
  public Optional<Publication> turnTo(Turn turn) {
    return turnTo(Round.of(turn, replication.round()));
  }

  /** Learns that there is no next batch. */
  public Optional<Publication> end() {
    return turnTo(Round.END);
  }

  /**
   * Goes on to a round that others wait in, although its own text may be behind: what comes of that
   * later is trained on in the round that it is in then.
   */
  public Optional<Publication> pass(Round round) {
    return turnTo(round);
  }

  // A batch of late text may be of a round that is over: it counts in the present one.
  private Optional<Publication> turnTo(Round round) {
    if (round.compareTo(at) <= 0) {
      return Optional.empty();
    }
    Publication told = publication(at, steps, round);
    if (steps > 0) {
      left = at;
      stepsLeft = steps;
    }
    at = round;
    steps = 0;
    return Optional.of(told);
  }

  private Publication publication(Round of, int count, Round next) {
    return new Publication(
        number,
        of,
        count,
        trainer.weights().step(),
        next,
        count == 0 ? Optional.empty() : Optional.of(weights()));
  }

  private ExchangedWeights weights() {
    if (exchanged == null) {
      exchanged = roomForWeights();
    }
    exchanged.take(trainer.weights());
    return exchanged;
  }

  /** Room for the weights that a replica of this training exchanges. */
  public ExchangedWeights roomForWeights() {
    return ExchangedWeights.roomFor(trainer.weights(), replication.exchange().hasMoments());
  }

  /** All that the others may not have heard, told once more: where it is, and its weights. */
  public Publication again() {
    return publication(left, stepsLeft, at);
  }

  /**
   * Takes a batch, for which all replicas must be where it is.
   *
   * @throws io.flinklm.train.NonfiniteException as {@link Trainer#take}
   */
  public Taken take(Batch batch) {
    long before = trainer.weights().step();
    Taken taken = trainer.take(batch);
    if (taken.step() > before) {
      steps++;
    }
    return taken;
  }

  /** What is to be told behind a batch, if it was the last one that its round can have. */
  public Optional<Publication> after(Turn turn) {
    boolean last =
        turn.segment().split() == Split.TRAIN && (turn.index() + 1) % replication.round() == 0;
    return last ? turnTo(Round.of(turn, replication.round()).next()) : Optional.empty();
  }

  /** Goes on with the mean of all replicas' weights. */
  public void accept(Rounds.Complete complete) {
    trainer.average(complete.mean());
    if (complete.round().compareTo(left) >= 0) {
      stepsLeft = 0;
    }
  }

  /** Where it is, as a blob; its weights are the trainer's. */
  public byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          at.write(out);
          out.writeInt(steps);
          left.write(out);
          out.writeInt(stepsLeft);
        });
  }

  /** Goes on from what {@link #write} wrote; to be called before the first batch. */
  public void read(byte[] blob) {
    Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          at = Round.read(in);
          steps = in.readInt();
          left = Round.read(in);
          stepsLeft = in.readInt();
          return this;
        });
  }

  @Override
  public void close() {
    if (exchanged != null) {
      exchanged.close();
    }
    trainer.close();
  }
}
