package io.flinklm.job.train;

import io.flinklm.lane.Batch;
import io.flinklm.lane.BatchAssembler;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Front;
import io.flinklm.lane.HiddenState;
import io.flinklm.replica.Replica;
import io.flinklm.replica.ReplicaWithText;
import io.flinklm.replica.Turn;
import io.flinklm.train.Replication;
import io.flinklm.train.Taken;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A replica that trains on lanes: its next batch, which may have to wait for other replicas, and
 * the chunks behind it. Not thread safe.
 */
final class ReplicaOfLanes implements ReplicaWithText {
  private final Replica replica;
  private final BatchAssembler assembler;
  private final Replication replication;
  private final int rows;
  private Batch next;
  private Front frontBefore;

  /**
   * A replica whose lanes have no chunk yet.
   *
   * @param rows lanes of each replica
   */
  ReplicaOfLanes(Replica replica, Replication replication, int rows) {
    this.replica = replica;
    this.assembler = new BatchAssembler(replica.number(), replication.count(), rows);
    this.replication = replication;
    this.rows = rows;
  }

  /** The numbers of its lanes. */
  IntStream lanes() {
    return IntStream.range(0, replication.count() * rows)
        .filter(lane -> replication.replicaOf(lane) == replica.number());
  }

  @Override
  public Replica replica() {
    return replica;
  }

  /** The chunk of a row of its turn. */
  Chunk chunk(int row) {
    return next.chunks().get(row);
  }

  BatchAssembler assembler() {
    return assembler;
  }

  @Override
  public Optional<Turn> next(boolean ended) {
    if (next == null) {
      frontBefore = assembler.front().orElse(null);
      next = (ended ? assembler.nextOfWaiting() : assembler.next()).orElse(null);
    }
    return Optional.ofNullable(next).map(Turn::of);
  }

  @Override
  public void start() {
    // The trainer has the hidden states of its lanes.
  }

  @Override
  public Taken take() {
    Taken taken = replica.take(next);
    next = null;
    return taken;
  }

  @Override
  public void pass() {
    throw new IllegalStateException("of lanes each batch has rows");
  }

  @Override
  public String hiddenStatesSha256() {
    return replica.trainer().hiddenStatesSha256();
  }

  /** Whether text waits, for other lanes or for other replicas. */
  boolean isHeldBack() {
    return next != null || assembler.isHeldBack();
  }

  /** Batches that wait for other replicas, about. */
  int batchesWaiting() {
    return next == null ? 0 : assembler.wholeBatches() + 1;
  }

  /** Chunks that are in no batch that was taken. */
  int chunksWaiting() {
    return assembler.waitingChunks() + (next == null ? 0 : next.chunks().size());
  }

  /** What a checkpoint keeps of each lane: a batch that was not taken is not made yet. */
  Map<Integer, LaneState> states() {
    Map<Integer, HiddenState> hiddenStates = replica.trainer().hiddenStates();
    Map<Integer, LaneState> states = new HashMap<>();
    Front front = next == null ? assembler.front().orElse(null) : frontBefore;
    lanes()
        .forEach(
            lane ->
                states.put(
                    lane,
                    new LaneState(
                        hiddenStates.get(lane), waiting(lane), assembler.isLeftOut(lane), front)));
    return states;
  }

  private List<Chunk> waiting(int lane) {
    List<Chunk> chunks = new ArrayList<>();
    if (next != null) {
      next.chunks().stream().filter(chunk -> chunk.lane() == lane).forEach(chunks::add);
    }
    chunks.addAll(assembler.waiting(lane));
    return chunks;
  }

  @Override
  public void close() {
    replica.close();
  }
}
