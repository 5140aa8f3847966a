package io.flinklm.job.train;

import io.flinklm.Blob.RefusedException;
import io.flinklm.job.wire.ReplicaPiece;
import io.flinklm.replica.Round;
import io.flinklm.train.TrainingConfig;
import io.flinklm.train.WeightsMean.Share;
import io.flinklm.weights.ExchangedWeights;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * The weights that one replica has told of the last round in which it took steps, as far as they
 * have come. Not thread safe.
 */
final class ToldWeights implements AutoCloseable {
  private final TrainingConfig config;
  private final BitSet here = new BitSet();
  private ExchangedWeights weights;
  private Round round = Round.FIRST;
  private int steps;
  private long step;
  private int count;
  private boolean inMean;

  /** Nothing has come yet. */
  ToldWeights(TrainingConfig config) {
    this.config = config;
  }

  /**
   * Takes a piece; says whether it is new.
   *
   * @throws RefusedException if it is of a model of another size
   */
  boolean take(ReplicaPiece piece) {
    if (weights == null) {
      boolean moments = config.replication().exchange().hasMoments();
      weights = ExchangedWeights.roomFor(config.net(), moments);
    }
    if (steps == 0 || piece.round().compareTo(round) > 0) {
      round = piece.round();
      steps = piece.steps();
      step = piece.step();
      count = piece.count();
      here.clear();
      inMean = false;
    }
    if (inMean || piece.round().compareTo(round) < 0 || here.get(piece.index())) {
      return false;
    }
    put(piece);
    here.set(piece.index());
    return true;
  }

  private void put(ReplicaPiece piece) {
    ByteBuffer into = weights.bytes();
    int from = piece.index() * PublicationPieces.SIZE;
    int expected = Math.min(PublicationPieces.SIZE, into.limit() - from);
    if (piece.count() != PublicationPieces.count(into.limit())
        || piece.state().remaining() != expected) {
      throw new RefusedException(
          ("replica %d has sent piece %d of %d with %d bytes of weights: expected %d, of %d in"
                  + " all; does it train the same model?")
              .formatted(
                  piece.replica(),
                  piece.index(),
                  piece.count(),
                  piece.state().remaining(),
                  expected,
                  into.limit()));
    }
    into.position(from).put(piece.state().duplicate());
  }

  /** The round in which it took steps. */
  Round round() {
    return round;
  }

  /** Steps that it had done behind the round. */
  long step() {
    return step;
  }

  /** Pieces that its weights are. */
  int count() {
    return count;
  }

  /** Whether a piece is here. */
  boolean has(int index) {
    return here.get(index);
  }

  /** Whether all pieces are here. */
  boolean isWhole() {
    return here.cardinality() == count;
  }

  /** Whether there are any that have not gone into a mean. */
  boolean waits() {
    return steps > 0 && !inMean;
  }

  /** Learns that all of it has gone into a mean. */
  void goneIntoMean() {
    inMean = true;
  }

  /** The weights, where they lie. */
  ExchangedWeights weights() {
    return weights;
  }

  /** What it gives to a mean. */
  Share share() {
    return new Share(steps, weights);
  }

  @Override
  public void close() {
    if (weights != null) {
      weights.close();
    }
  }
}
