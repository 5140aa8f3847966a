package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flinklm.lane.Batch;
import io.flinklm.net.Forward;
import java.util.ArrayList;
import java.util.List;

/**
 * A shard: a fixed run of the rows of a batch, which is computed apart. How many there are is part
 * of the training, since sums are taken shard by shard; where and when each is computed is no part
 * of it.
 *
 * @param rows of the batch that belong to it
 * @param first index in the batch of its first row
 * @param all number of rows of the batch
 */
record Shard(Batch rows, int first, int all) {

  /** Cuts a batch into so many, of sizes that differ by one at most; fewer if it has fewer rows. */
  static List<Shard> of(Batch batch, int count) {
    int all = batch.chunks().size();
    int shards = Math.min(count, all);
    List<Shard> cut = new ArrayList<>(shards);
    for (int i = 0; i < shards; i++) {
      int first = (int) ((long) all * i / shards);
      int end = (int) ((long) all * (i + 1) / shards);
      cut.add(new Shard(shards == 1 ? batch : batch.rows(first, end), first, all));
    }
    return cut;
  }

  /** How many rows it has. */
  int size() {
    return rows.chunks().size();
  }

  /** Token ids, {@code [rows, time]}. */
  NDArray inputs(NDManager scope) {
    return scope.create(rows.inputs(), new Shape(size(), rows.length()));
  }

  /**
   * Token ids of what is to be predicted, {@code [rows * time]}: of as many positions as the model
   * predicts, all of a window or its last.
   */
  NDArray targets(Forward forward, NDManager scope) {
    int time = Math.toIntExact(forward.logits().getShape().get(1));
    return scope.create(rows.lastTargets(time));
  }

  /** The part of a batch's hidden states, {@code [layers, batch, hidden]}, that is of its rows. */
  NDList states(NDList ofBatch) {
    if (size() == all) {
      return ofBatch;
    }
    NDList own = new NDList(ofBatch.size());
    for (NDArray state : ofBatch) {
      own.add(state.get(new NDIndex(":, {}:{}", first, first + size())));
    }
    return own;
  }

  /** Hidden states of the batch, from those that its shards ended with. */
  static NDList joined(List<Forward> shards) {
    NDList first = shards.get(0).states();
    if (shards.size() == 1) {
      return first;
    }
    NDList joined = new NDList(first.size());
    for (int part = 0; part < first.size(); part++) {
      NDList rows = new NDList(shards.size());
      for (Forward shard : shards) {
        rows.add(shard.states().get(part));
      }
      joined.add(NDArrays.concat(rows, 1));
    }
    return joined;
  }
}
