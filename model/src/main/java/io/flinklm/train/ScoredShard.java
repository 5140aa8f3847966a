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
 * @param loss of its targets
 */
record ScoredShard(Forward forward, LossNumbers loss) {

  /** Computes the loss of targets, {@code [rows * time]}. */
  static ScoredShard of(Forward forward, NDArray targets, TorchScript script, NDManager scope) {
    NDList mean = CrossEntropy.mean(forward.logits(), targets, script, scope);
    LossNumbers loss =
        new LossNumbers(
            mean.get(0).getFloat(),
            0,
            0,
            (int) mean.get(1).getFloat(),
            Math.toIntExact(targets.size()));
    return new ScoredShard(forward, loss);
  }

  /** The result of a batch from its shards. */
  static BatchResult result(List<ScoredShard> shards) {
    return BatchResult.scored(LossNumbers.ofBatch(shards.stream().map(ScoredShard::loss).toList()));
  }
}
