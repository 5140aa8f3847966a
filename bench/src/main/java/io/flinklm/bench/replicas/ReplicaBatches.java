package io.flinklm.bench.replicas;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The batches of one replica, made beforehand: its rows of those of all replicas, again and again.
 * Each pass over them is an epoch, since a replica never goes back to a round that it has left. Not
 * thread safe.
 */
final class ReplicaBatches {
  private final List<Batch> ofPass;
  private long taken;

  /**
   * Batches before the first one.
   *
   * @param ofAll a pass of all replicas
   * @param lanes that are its own
   */
  ReplicaBatches(List<Batch> ofAll, IntPredicate lanes) {
    ofPass = ofAll.stream().flatMap(batch -> batch.ofLanes(lanes).stream()).toList();
  }

  /** The next batch, which stays the next one. */
  Batch peek() {
    Batch batch = ofPass.get((int) (taken % ofPass.size()));
    Segment segment = new Segment((int) (taken / ofPass.size()), Split.TRAIN);
    return new Batch(segment, batch.index(), batch.chunks());
  }

  /** Takes the next batch. */
  Batch next() {
    Batch batch = peek();
    taken++;
    return batch;
  }
}
