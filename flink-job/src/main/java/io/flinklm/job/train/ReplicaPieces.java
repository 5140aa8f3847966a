package io.flinklm.job.train;

import io.flinklm.Blob.RefusedException;
import io.flinklm.job.wire.ReplicaMessage.Piece;
import io.flinklm.replica.Publication;
import io.flinklm.replica.Round;
import io.flinklm.weights.ExchangedWeights;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Publications on their way: cut into pieces that a record of Kafka can hold, and put together
 * again. The first copy of a piece counts. The weights of a replica are put where those of its
 * round before were, which nobody needs any more once it tells others. Not thread safe.
 */
final class ReplicaPieces implements AutoCloseable {
  /** Bytes of weights in a piece. */
  static final int SIZE = 512 * 1024;

  private final Supplier<ExchangedWeights> room;
  private final Map<Integer, Incoming> incoming = new HashMap<>();

  /** What has come of the weights of a replica that it told last. */
  private static final class Incoming {
    private final ExchangedWeights weights;
    private final BitSet here = new BitSet();
    private Round round = Round.FIRST;
    private boolean whole;

    Incoming(ExchangedWeights weights) {
      this.weights = weights;
    }
  }

  /**
   * Nothing has come yet.
   *
   * @param room makes room for the weights of a replica
   */
  ReplicaPieces(Supplier<ExchangedWeights> room) {
    this.room = room;
  }

  /** Cuts a publication into pieces, which are good until its replica trains on. */
  static List<Piece> of(Publication whole, String attempt) {
    ByteBuffer bytes =
        whole.weights().map(ExchangedWeights::bytes).orElseGet(() -> ByteBuffer.allocate(0));
    int count = Math.max(1, (bytes.remaining() + SIZE - 1) / SIZE);
    List<Piece> pieces = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      int from = index * SIZE;
      pieces.add(
          new Piece(
              attempt,
              whole.replica(),
              whole.round(),
              whole.steps(),
              whole.step(),
              whole.next(),
              index,
              count,
              bytes.slice(from, Math.min(SIZE, bytes.limit() - from))));
    }
    return pieces;
  }

  /**
   * Takes a piece, and gives the publication if it was the last one of it that was missing.
   *
   * @throws RefusedException if it is of a model of another size
   */
  Optional<Publication> add(Piece piece) {
    if (piece.steps() == 0) {
      return Optional.of(publication(piece, Optional.empty()));
    }
    Incoming of = incoming.computeIfAbsent(piece.replica(), replica -> new Incoming(room.get()));
    if (piece.round().compareTo(of.round) > 0) {
      of.round = piece.round();
      of.here.clear();
      of.whole = false;
    }
    if (of.whole || piece.round().compareTo(of.round) < 0 || of.here.get(piece.index())) {
      return Optional.empty();
    }
    put(piece, of.weights.bytes());
    of.here.set(piece.index());
    of.whole = of.here.cardinality() == piece.count();
    return of.whole ? Optional.of(publication(piece, Optional.of(of.weights))) : Optional.empty();
  }

  private static void put(Piece piece, ByteBuffer into) {
    int from = piece.index() * SIZE;
    int expected = Math.min(SIZE, into.limit() - from);
    if (piece.count() != (into.limit() + SIZE - 1) / SIZE
        || piece.state().remaining() != expected) {
      throw new RefusedException(
          ("replica %d has sent piece %d of %d with %d bytes of weights: expected %d of %d bytes in"
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

  private static Publication publication(Piece piece, Optional<ExchangedWeights> weights) {
    return new Publication(
        piece.replica(), piece.round(), piece.steps(), piece.step(), piece.next(), weights);
  }

  @Override
  public void close() {
    incoming.values().forEach(of -> of.weights.close());
  }
}
