package io.flinklm.job.train;

import io.flinklm.job.wire.ReplicaMessage.MeanPiece;
import io.flinklm.replica.Round;
import io.flinklm.replica.Rounds;
import io.flinklm.train.WeightsMean;
import io.flinklm.weights.ExchangedWeights;
import java.util.Optional;
import java.util.function.Supplier;

/** The mean of a round as it comes to those who go on with it. Not thread safe. */
final class HeardMean implements AutoCloseable {
  private final Supplier<ExchangedWeights> room;
  private ExchangedWeights weights;
  private MeanPiece last;

  /**
   * Nothing has come yet.
   *
   * @param room makes room for a mean
   */
  HeardMean(Supplier<ExchangedWeights> room) {
    this.room = room;
  }

  /** Takes a piece. */
  void add(MeanPiece piece) {
    if (weights == null) {
      weights = room.get();
    }
    weights.bytes().position(piece.index() * PublicationPieces.SIZE).put(piece.state().duplicate());
    last = piece;
  }

  /** Forgets the pieces that have come. */
  void forget() {
    last = null;
  }

  /**
   * The round that is complete, once.
   *
   * @param slowest round that any replica is in; all of the mean of a round before it has come
   */
  Optional<Rounds.Complete> before(Round slowest) {
    if (last == null || last.round().compareTo(slowest) >= 0) {
      return Optional.empty();
    }
    Rounds.Complete complete =
        new Rounds.Complete(last.round(), last.step(), new WeightsMean(weights, last.step()));
    last = null;
    return Optional.of(complete);
  }

  @Override
  public void close() {
    if (weights != null) {
      weights.close();
    }
  }
}
