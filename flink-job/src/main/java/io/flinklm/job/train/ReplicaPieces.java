package io.flinklm.job.train;

import io.flinklm.job.wire.ReplicaMessage.Piece;
import io.flinklm.replica.Publication;
import io.flinklm.replica.Round;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Publications on their way: cut into pieces that a record of Kafka can hold, and put together
 * again. The first copy of a piece counts. Not thread safe.
 */
final class ReplicaPieces {
  /** Bytes of weights in a piece. */
  private static final int SIZE = 512 * 1024;

  private final Map<Of, byte[][]> waiting = new HashMap<>();

  private record Of(int replica, Round round) {}

  /** Cuts a publication into pieces. */
  static List<Piece> of(Publication whole, String attempt) {
    byte[] state = whole.state();
    int count = Math.max(1, (state.length + SIZE - 1) / SIZE);
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
              Arrays.copyOfRange(state, from, Math.min(from + SIZE, state.length))));
    }
    return pieces;
  }

  /** Takes a piece, and gives the publication if it was the last one of it that was missing. */
  Optional<Publication> add(Piece piece) {
    if (piece.count() == 1) {
      return Optional.of(publication(piece, piece.state()));
    }
    Of of = new Of(piece.replica(), piece.round());
    byte[][] pieces = waiting.computeIfAbsent(of, none -> new byte[piece.count()][]);
    pieces[piece.index()] = piece.state();
    if (Stream.of(pieces).anyMatch(Objects::isNull)) {
      return Optional.empty();
    }
    waiting.remove(of);
    byte[] state = new byte[Stream.of(pieces).mapToInt(each -> each.length).sum()];
    int next = 0;
    for (byte[] each : pieces) {
      System.arraycopy(each, 0, state, next, each.length);
      next += each.length;
    }
    return Optional.of(publication(piece, state));
  }

  private static Publication publication(Piece piece, byte[] state) {
    return new Publication(
        piece.replica(), piece.round(), piece.steps(), piece.step(), piece.next(), state);
  }
}
