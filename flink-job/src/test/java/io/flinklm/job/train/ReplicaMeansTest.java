package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.Blob.RefusedException;
import io.flinklm.job.SmallText;
import io.flinklm.job.wire.ReplicaMessage;
import io.flinklm.job.wire.ReplicaMessage.Left;
import io.flinklm.job.wire.ReplicaMessage.MeanPiece;
import io.flinklm.job.wire.ReplicaPiece;
import io.flinklm.lane.Segment;
import io.flinklm.net.NetConfig;
import io.flinklm.replica.Publication;
import io.flinklm.replica.Round;
import io.flinklm.train.Exchange;
import io.flinklm.train.Replication;
import io.flinklm.train.TrainingConfig;
import io.flinklm.train.WeightsMean;
import io.flinklm.train.WeightsMean.Share;
import io.flinklm.weights.ExchangedWeights;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mean of a round that comes in many pieces, in whatever order. */
class ReplicaMeansTest {
  private static final int REPLICAS = 3;
  private static final NetConfig NET = new NetConfig("lmmodel7", 30, 128, 2, 0.4);
  private static final Round FIRST = Round.FIRST;
  private static final Round SECOND = new Round(Segment.FIRST, 1);
  private static final Round THIRD = new Round(Segment.FIRST, 2);

  private final List<Object> heard = new ArrayList<>();
  private final List<ExchangedWeights> opened = new ArrayList<>();
  private final ReplicaMeans means = new ReplicaMeans(config(), this::hear);

  private static TrainingConfig config() {
    TrainingConfig small = SmallText.of(0).config();
    return new TrainingConfig(
            NET,
            small.laneCount(),
            small.bptt(),
            0,
            small.schedule(),
            small.weightDecay(),
            small.regularizer(),
            small.clip(),
            small.cell(),
            small.onNonfinite())
        .withReplication(new Replication(REPLICAS, 3, Exchange.WEIGHTS_AND_MOMENTS));
  }

  // A piece is good until the next one is told.
  private void hear(ReplicaMessage message) {
    if (message instanceof MeanPiece piece) {
      byte[] copy = new byte[piece.state().remaining()];
      piece.state().duplicate().get(copy);
      heard.add(new MeanPiece(piece.round(), piece.step(), piece.index(), ByteBuffer.wrap(copy)));
    } else {
      heard.add(message);
    }
  }

  private ExchangedWeights weights(long seed) {
    ExchangedWeights weights = ExchangedWeights.roomFor(NET, true);
    opened.add(weights);
    Random random = new Random(seed);
    var values = weights.bytes().asFloatBuffer();
    while (values.hasRemaining()) {
      values.put((float) random.nextGaussian());
    }
    return weights;
  }

  private static List<ReplicaPiece> pieces(
      int replica, Round round, int steps, Round next, ExchangedWeights weights) {
    return PublicationPieces.of(
        new Publication(replica, round, steps, 10 + steps, next, Optional.ofNullable(weights)),
        "attempt");
  }

  private byte[] mean(Round round) {
    ByteBuffer mean = ByteBuffer.allocate(weights(0).bytes().remaining());
    heard.stream()
        .filter(MeanPiece.class::isInstance)
        .map(MeanPiece.class::cast)
        .filter(piece -> piece.round().equals(round))
        .forEach(piece -> mean.position(piece.index() * PublicationPieces.SIZE).put(piece.state()));
    return mean.array();
  }

  private byte[] expected(Share... shares) {
    ByteBuffer mean = WeightsMean.of(List.of(shares), 0).weights().bytes();
    byte[] bytes = new byte[mean.remaining()];
    mean.get(bytes);
    return bytes;
  }

  @AfterEach
  void close() {
    means.close();
    opened.forEach(ExchangedWeights::close);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void inWhateverOrderPiecesComeTheMeanIsThatOfTheLoopAndBeforeTheRoundIsLeft(long seed) {
    List<List<ReplicaPiece>> told =
        List.of(
            pieces(0, FIRST, 3, SECOND, weights(1)),
            pieces(1, FIRST, 0, THIRD, null),
            pieces(2, FIRST, 2, SECOND, weights(2)));
    assertThat(told.get(0)).hasSizeGreaterThan(4);
    // Those of one replica come in their order; some come twice.
    List<Integer> turns = new ArrayList<>();
    IntStream.range(0, REPLICAS)
        .forEach(replica -> told.get(replica).forEach(piece -> turns.add(replica)));
    Collections.shuffle(turns, new Random(seed));
    int[] next = new int[REPLICAS];
    for (int replica : turns) {
      ReplicaPiece piece = told.get(replica).get(next[replica]++);
      means.add(piece);
      if (piece.index() == seed) {
        means.add(piece);
      }
    }

    assertThat(mean(FIRST)).isEqualTo(expected(new Share(3, weights(1)), new Share(2, weights(2))));
    assertThat(heard.stream().filter(MeanPiece.class::isInstance).map(of -> (MeanPiece) of))
        .hasSize(told.get(0).size())
        .allSatisfy(piece -> assertThat(piece.step()).isEqualTo(13));
    assertThat(heard.stream().filter(Left.class::isInstance))
        .containsExactlyInAnyOrder(new Left(0, SECOND), new Left(1, THIRD), new Left(2, SECOND));
    assertThat(heard.get(heard.size() - 1)).isInstanceOf(Left.class);
  }

  @Test
  void theNextRoundTakesItsPlace() {
    IntStream.range(0, REPLICAS)
        .forEach(of -> pieces(of, FIRST, 3, SECOND, weights(of)).forEach(means::add));
    // Once more what is over, as it may lie in Kafka twice.
    pieces(1, FIRST, 3, SECOND, weights(1)).forEach(means::add);
    IntStream.range(0, REPLICAS)
        .forEach(of -> pieces(of, SECOND, 1, THIRD, weights(10 + of)).forEach(means::add));

    assertThat(mean(SECOND))
        .isEqualTo(
            expected(
                new Share(1, weights(10)), new Share(1, weights(11)), new Share(1, weights(12))));
    assertThat(heard.stream().filter(Left.class::isInstance)).hasSize(2 * REPLICAS);
  }

  @Test
  void weightsOfAnotherSizeAreRefused() {
    ReplicaPiece piece = pieces(1, FIRST, 3, SECOND, weights(1)).get(0);
    ReplicaPiece shorter =
        new ReplicaPiece(
            "attempt", 1, FIRST, 3, 3, SECOND, 0, piece.count() - 1, piece.state().slice(0, 8));

    assertThatThrownBy(() -> means.add(shorter))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(
            "replica 1 has sent piece 0 of %d with 8 bytes of weights".formatted(shorter.count()));
  }
}
