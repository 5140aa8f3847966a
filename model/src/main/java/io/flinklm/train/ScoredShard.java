package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.TorchScript;
import io.flinklm.net.Forward;
import java.util.List;

/**
 * What a forward pass without dropout says of one shard.
 *
 * @param forward the pass
 * @param targets that it predicts, {@code [rows * time]}
 */
record ScoredShard(Forward forward, NDArray targets) {

  /** The loss of a batch from its shards. */
  static BatchResult result(List<ScoredShard> shards, TorchScript script, NDManager scope) {
    return BatchResult.scored(
        LossNumbers.ofBatch(shards.stream().map(shard -> shard.loss(script, scope)).toList()));
  }

  private LossNumbers loss(TorchScript script, NDManager scope) {
    NDList mean = CrossEntropy.mean(forward.logits(), targets, script, scope);
    return new LossNumbers(
        mean.get(0).getFloat(),
        0,
        0,
        (int) mean.get(1).getFloat(),
        Math.toIntExact(targets.size()));
  }

  /** The loss of each target of a batch, row by row, from its shards. */
  static float[] surprisals(List<ScoredShard> shards) {
    float[] all = new float[shards.stream().mapToInt(shard -> (int) shard.targets.size()).sum()];
    int next = 0;
    for (ScoredShard shard : shards) {
      float[] own = CrossEntropy.ofEach(shard.forward.logits(), shard.targets);
      System.arraycopy(own, 0, all, next, own.length);
      next += own.length;
    }
    return all;
  }
}
