package io.flinklm.job.train;

import io.flinklm.job.wire.ReplicaPiece;
import io.flinklm.replica.Publication;
import io.flinklm.weights.ExchangedWeights;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A publication, cut into pieces that a record of Kafka can hold. */
final class PublicationPieces {
  /** Bytes of weights in a piece. */
  static final int SIZE = 512 * 1024;

  private PublicationPieces() {}

  /** How many pieces so many bytes are; one at least. */
  static int count(int bytes) {
    return Math.max(1, (bytes + SIZE - 1) / SIZE);
  }

  /** The pieces of a publication, which are good until its replica trains on. */
  static List<ReplicaPiece> of(Publication whole, String attempt) {
    ByteBuffer bytes =
        whole.weights().map(ExchangedWeights::bytes).orElseGet(() -> ByteBuffer.allocate(0));
    int count = count(bytes.limit());
    List<ReplicaPiece> pieces = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      int from = index * SIZE;
      pieces.add(
          new ReplicaPiece(
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
}
