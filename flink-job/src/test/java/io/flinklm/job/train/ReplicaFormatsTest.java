package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.flinklm.job.SmallText;
import io.flinklm.job.state.KeptBlob;
import io.flinklm.job.wire.ReplicaEvent.Averaged;
import io.flinklm.job.wire.ReplicaPiece;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.replica.Replica;
import io.flinklm.replica.ReplicaBooks;
import io.flinklm.replica.Round;
import io.flinklm.train.Exchange;
import io.flinklm.train.Replication;
import io.flinklm.train.Training;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/**
 * The blobs of replicas, and the record in which they tell each other: each version that there ever
 * was is read, a change makes a new one.
 */
class ReplicaFormatsTest {
  private static final Replication TWO = new Replication(2, 3, Exchange.WEIGHTS);

  private static Replica replica() {
    return new Replica(1, TWO, null);
  }

  private static final Training TRAINING =
      Training.of(
          SmallText.of(0).config().withReplication(TWO), "words", Device.cpu(), report -> {});

  private static ReplicaBooks books() {
    return new ReplicaBooks(TRAINING);
  }

  @Test
  void aReplicasRoundIsGoneOnFrom() throws Exception {
    KeptBlob kept = KeptBlob.of("repl-1.blob");
    Replica replica = replica();
    replica.read(kept.bytes());

    assertThat(replica.at()).isEqualTo(new Round(new Segment(1, Split.TRAIN), 4));
    kept.requireUnchanged(replica.write());
    kept.requireRefusedIfDamaged(blob -> replica().read(blob));
  }

  @Test
  void theBooksAreGoneOnFrom() throws Exception {
    KeptBlob kept = KeptBlob.of("rbks-1.blob");
    ReplicaBooks books = books();
    books.read(kept.bytes());

    assertThat(books.numbers().step()).isEqualTo(2);
    assertThat(books.numbers().tokensTrained()).isPositive();
    kept.requireUnchanged(books.write());
    kept.requireRefusedIfDamaged(blob -> books().read(blob));
  }

  @Test
  void averagedWeightsAreGoneOnFrom() throws Exception {
    KeptBlob kept = KeptBlob.of("avgd-1.blob");

    AveragedWeights.Kept read = AveragedWeights.Kept.read(kept.bytes());
    assertThat(read.isOfNow()).isTrue();
    assertThat(read.weights().step()).isEqualTo(30);
    kept.requireUnchanged(read.write());
    kept.requireUnchanged(
        new AveragedWeights.Kept(true, new Averaged(30, new byte[] {1, 2, 3})).write());
    kept.requireRefusedIfDamaged(AveragedWeights.Kept::read);
  }

  @Test
  void whatReplicasTellIsRead() throws Exception {
    KeptBlob kept = KeptBlob.of("rplc-1.blob");
    ReplicaPiece piece =
        new ReplicaPiece(
            "attempt",
            1,
            new Round(new Segment(2, Split.TRAIN), 3),
            10,
            40,
            new Round(new Segment(2, Split.VALID), 0),
            0,
            2,
            ByteBuffer.wrap(new byte[] {5, 6}));

    kept.requireUnchanged(piece.toBytes());
    assertThat(ReplicaPiece.parse(kept.bytes())).isEqualTo(piece);
    kept.requireRefusedIfDamaged(ReplicaPiece::parse);
  }
}
