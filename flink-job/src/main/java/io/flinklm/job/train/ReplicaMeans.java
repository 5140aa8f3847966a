package io.flinklm.job.train;

import io.flinklm.Blob.RefusedException;
import io.flinklm.job.wire.ReplicaMessage;
import io.flinklm.job.wire.ReplicaMessage.Left;
import io.flinklm.job.wire.ReplicaMessage.MeanPiece;
import io.flinklm.job.wire.ReplicaPiece;
import io.flinklm.replica.ReplicaPlaces;
import io.flinklm.train.TrainingConfig;
import io.flinklm.train.WeightsMean;
import io.flinklm.weights.ExchangedWeights;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The means of rounds, made piece by piece of what replicas tell. What each counts is known once
 * all have begun to tell where they are; from then on a piece of the mean goes out as soon as that
 * piece is here of all that took steps. The first copy of a piece counts. Not thread safe.
 *
 * <p>One round is in the making at most, since a replica takes no batch before all are where that
 * batch is. So the weights of a replica are put where those of its round before were.
 */
final class ReplicaMeans implements AutoCloseable {
  private final List<ToldWeights> told;
  private final ReplicaPlaces announced;
  private final Consumer<ReplicaMessage> out;
  private final BitSet made = new BitSet();

  /**
   * Nothing has been told yet.
   *
   * @param out takes what all replicas are to hear, before the next piece comes
   */
  ReplicaMeans(TrainingConfig config, Consumer<ReplicaMessage> out) {
    int replicas = config.replication().count();
    this.told = IntStream.range(0, replicas).mapToObj(replica -> new ToldWeights(config)).toList();
    this.announced = new ReplicaPlaces(replicas);
    this.out = out;
  }

  /**
   * Takes a piece of what a replica tells.
   *
   * @throws RefusedException if it is of a model of another size
   */
  void add(ReplicaPiece piece) {
    ToldWeights of = told.get(piece.replica());
    if (piece.steps() > 0 && !of.take(piece)) {
      return;
    }
    announced.add(piece.replica(), piece.next());
    makePieces();
    if (piece.steps() == 0 || of.isWhole()) {
      out.accept(new Left(piece.replica(), piece.next()));
    }
  }

  private void makePieces() {
    List<ToldWeights> given = told.stream().filter(ToldWeights::waits).toList();
    if (given.isEmpty() || announced.slowest().compareTo(given.get(0).round()) <= 0) {
      return;
    }
    int count = given.get(0).count();
    for (int next = made.nextClearBit(0); next < count; next = made.nextClearBit(next + 1)) {
      int index = next;
      if (given.stream().allMatch(of -> of.has(index))) {
        makePiece(given, index);
        made.set(index);
      }
    }
    if (made.cardinality() == count) {
      given.forEach(ToldWeights::goneIntoMean);
      made.clear();
    }
  }

  private void makePiece(List<ToldWeights> given, int index) {
    ExchangedWeights mean = given.get(0).weights();
    ByteBuffer bytes = mean.bytes();
    int from = index * PublicationPieces.SIZE;
    int end = Math.min(from + PublicationPieces.SIZE, bytes.limit());
    WeightsMean.average(
        given.stream().map(ToldWeights::share).toList(), from / Float.BYTES, end / Float.BYTES);
    out.accept(
        new MeanPiece(
            given.get(0).round(),
            given.stream().mapToLong(ToldWeights::step).max().orElseThrow(),
            index,
            bytes.slice(from, end - from)));
  }

  @Override
  public void close() {
    told.forEach(ToldWeights::close);
  }
}
