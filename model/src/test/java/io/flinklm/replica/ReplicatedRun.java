package io.flinklm.replica;

import ai.djl.Device;
import io.flinklm.lane.Batch;
import io.flinklm.lane.BatchAssembler;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.train.Exchange;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.Regularizer;
import io.flinklm.train.Replication;
import io.flinklm.train.Report;
import io.flinklm.train.Schedule;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A small training of replicas with all that is awkward: lanes of unequal length, so that a replica
 * has no batch in some rounds while the other has; a lane that misses a segment; rounds that end
 * before a segment does, and at its very end.
 *
 * @param config of the training
 */
record ReplicatedRun(TrainingConfig config) {
  private static final int TOKENS = 7;
  private static final int BPTT = 5;
  private static final List<Segment> SEGMENTS =
      List.of(
          new Segment(0, Split.TRAIN),
          new Segment(0, Split.VALID),
          new Segment(1, Split.TRAIN),
          new Segment(1, Split.VALID));

  /**
   * Chunks of each lane in each segment; the first and the third are those of one replica of two.
   */
  private static final int[][] LENGTHS = {{7, 3, 6, 1}, {3, 1, 2, 2}, {6, 3, 0, 2}, {2, 2, 1, 2}};

  static ReplicatedRun of(int replicas, int round, Exchange exchange) {
    return new ReplicatedRun(
        new TrainingConfig(
                new NetConfig("lmmodel7", TOKENS, 8, 2, 0.4),
                LENGTHS.length,
                BPTT,
                3,
                new Schedule.OneCycle(20, 1e-2, Schedule.Momenta.TEXT_LEARNER),
                0.1,
                new Regularizer(2, 1),
                0,
                Cell.ENGINE,
                OnNonfinite.STOP)
            .withReplication(new Replication(replicas, round, exchange)));
  }

  Training training(Consumer<Report> reports) {
    return Training.of(config, "words", Device.cpu(), reports).timedBy(() -> 0);
  }

  /** Batches of all lanes. */
  List<Batch> batches() {
    return batches(lane -> true);
  }

  /** Batches of the lanes of one replica. */
  List<Batch> batchesOf(int replica) {
    return batches(lane -> config.replication().replicaOf(lane) == replica);
  }

  private static List<Batch> batches(IntPredicate wanted) {
    BatchAssembler assembler = new BatchAssembler(LENGTHS.length);
    IntStream.range(0, LENGTHS.length)
        .filter(wanted)
        .forEach(lane -> chunks(lane).forEach(assembler::add));
    List<Batch> batches = new ArrayList<>();
    for (Optional<Batch> batch = assembler.nextOfWaiting();
        batch.isPresent();
        batch = assembler.nextOfWaiting()) {
      batches.add(batch.get());
    }
    return batches;
  }

  private static List<Chunk> chunks(int lane) {
    Random random = new Random(lane);
    List<Chunk> chunks = new ArrayList<>();
    for (int s = 0; s < SEGMENTS.size(); s++) {
      for (int index = 0; index < LENGTHS[lane][s]; index++) {
        int[] tokens = random.ints(BPTT + 1, 0, TOKENS).toArray();
        chunks.add(new Chunk(lane, SEGMENTS.get(s), index, index == 0, tokens));
      }
    }
    return chunks;
  }
}
