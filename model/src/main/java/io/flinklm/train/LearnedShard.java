package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.TorchScript;
import io.flinklm.net.Forward;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a step computes of one shard.
 *
 * @param forward its forward pass
 * @param targets that it predicts, {@code [rows * time]}
 * @param loss mean over its own rows; its gradients are those of a sum over them, divided by the
 *     rows of a full batch
 * @param gradients of the parameters, by their names
 */
record LearnedShard(Forward forward, NDArray targets, Loss loss, Map<String, NDArray> gradients) {

  /**
   * The gradients of a batch: those of its shards, added in pairs of neighbours, then in pairs of
   * such sums, until one is left. The first shard's become the sum. The order of float32's sums
   * decides their last bits, and this one depends on nothing but the number of shards.
   */
  static Map<String, NDArray> sum(List<LearnedShard> shards, TorchScript script, NDManager scope) {
    List<NDList> sums = new ArrayList<>();
    shards.forEach(shard -> sums.add(new NDList(shard.gradients.values())));
    while (sums.size() > 1) {
      for (int i = 0; i + 1 < sums.size(); i++) {
        script.call(scope, "add", sums.get(i), sums.remove(i + 1));
      }
    }
    Map<String, NDArray> byName = new LinkedHashMap<>();
    for (String name : shards.get(0).gradients.keySet()) {
      byName.put(name, sums.get(0).get(byName.size()));
    }
    return byName;
  }

  /**
   * Reads all numbers of a step out of the engine at once, since each reading waits for it: the
   * losses, and the norm of the gradients. The norm is NaN or infinite if a gradient is, or if a
   * square is beyond float32 and so could not go into the optimizer's variance.
   *
   * @param gradients of the whole batch
   * @param learningRate of the step
   */
  static BatchResult result(
      List<LearnedShard> shards,
      Collection<NDArray> gradients,
      double learningRate,
      TorchScript script,
      NDManager scope) {
    NDList scalars = new NDList();
    shards.forEach(shard -> scalars.addAll(shard.loss.scalars()));
    NDArray all = script.call(scope, "with_norms", scalars, new NDList(gradients)).get(0);
    float[] numbers = all.toFloatArray();
    List<LossNumbers> losses = new ArrayList<>();
    int next = 0;
    for (LearnedShard shard : shards) {
      losses.add(shard.loss.numbers(numbers, next, Math.toIntExact(shard.targets.size())));
      next += shard.loss.scalars().size();
    }
    double squares = 0;
    for (int i = next; i < numbers.length; i++) {
      squares += (double) numbers[i] * numbers[i];
    }
    return BatchResult.of(LossNumbers.ofBatch(losses), Math.sqrt(squares), learningRate);
  }

  /** The mean loss of each row of the batch. */
  static List<Double> lossesByRow(List<LearnedShard> shards) {
    List<Double> losses = new ArrayList<>();
    for (LearnedShard shard : shards) {
      losses.addAll(CrossEntropy.byRow(shard.forward.logits(), shard.targets));
    }
    return losses;
  }
}
