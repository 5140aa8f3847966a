package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.flinklm.job.SmallText;
import io.flinklm.job.state.KeptBlob;
import io.flinklm.job.wire.ReplicaEvent.Averaged;
import io.flinklm.job.wire.ReplicaPiece;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.ChunkBytes;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.replica.Replica;
import io.flinklm.replica.ReplicaBooks;
import io.flinklm.replica.ReplicaOfStreams;
import io.flinklm.replica.Round;
import io.flinklm.replica.Turn;
import io.flinklm.stream.StatesInMemory;
import io.flinklm.stream.StreamBatch;
import io.flinklm.stream.StreamChunk;
import io.flinklm.stream.StreamEnd;
import io.flinklm.stream.StreamTurn;
import io.flinklm.train.Exchange;
import io.flinklm.train.Replication;
import io.flinklm.train.Training;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
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
    KeptBlob kept = KeptBlob.of("rbks-2.blob");
    ReplicaBooks older = books();
    older.read(KeptBlob.of("rbks-1.blob").bytes());
    assertThat(older.numbers().step()).isEqualTo(2);
    assertThat(older.numbers().tokensTrained()).isPositive();
    // What an older build could not tell: a batch without rows of a replica, and what follows it.
    older.pass(0, new Turn(Segment.FIRST, 100, Optional.empty()));
    older.refuse(0, new Refusal(Refusal.Reason.SILENT, 2, 3));
    kept.requireUnchanged(older.write());
    ReplicaBooks books = books();
    books.read(kept.bytes());

    kept.requireUnchanged(books.write());
    kept.requireRefusedIfDamaged(blob -> books().read(blob));
  }

  private static ReplicaOfStreams ofStreams() {
    return new ReplicaOfStreams(new Replica(1, TWO, null), new StatesInMemory(), null);
  }

  @Test
  void whatWaitsForAReplicaIsGoneOnFrom() throws Exception {
    KeptBlob kept = KeptBlob.of("rstr-1.blob");
    StreamChunk chunk =
        new StreamChunk(
            "key \u00ff",
            5,
            7,
            new Chunk(0, Segment.FIRST, 2, false, new int[] {1, 2, 3}, new ChunkBytes(1, 7, 4)));
    ReplicaOfStreams replica = ofStreams();
    replica.add(new StreamTurn.Rows(new StreamBatch(8, List.of(chunk))));
    replica.add(new StreamTurn.Ended(new StreamEnd("key b", 1_000, 2, 3)));
    replica.add(new StreamTurn.Refused(new Refusal(Refusal.Reason.SILENT, 2, 3)));
    replica.add(new StreamTurn.Rows(new StreamBatch(9, List.of())));

    kept.requireUnchanged(replica.write());
    ReplicaOfStreams read = ofStreams();
    read.read(kept.bytes());
    kept.requireUnchanged(read.write());
    kept.requireRefusedIfDamaged(blob -> ofStreams().read(blob));
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
