package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.TorchScript;
import java.util.ArrayList;
import java.util.List;

/**
 * The loss of a language model, {@code -log softmax(logits)[target]} in nats: how little it
 * expected what came. Logits are {@code [batch, time, vocabulary]}, targets {@code [batch * time]}.
 */
final class CrossEntropy {
  private CrossEntropy() {}

  /** Mean over all targets, and how many were the most likely token: two scalars. */
  static NDList mean(NDArray logits, NDArray targets, TorchScript script, NDManager scope) {
    return script.call(scope, "cross_entropy", logits, targets);
  }

  /** Mean over all targets, the count, and the mean's gradient, which lies as the logits do. */
  static NDList meanWithGradient(
      NDArray logits, NDArray targets, TorchScript script, NDManager scope) {
    return script.call(scope, "cross_entropy_gradient", logits, targets);
  }

  /** Of each target, {@code [batch * time]}. */
  static float[] ofEach(NDArray logits, NDArray targets) {
    return flat(logits).logSoftmax(1).gather(targets.reshape(-1, 1), 1).neg().toFloatArray();
  }

  /** Those of a batch, from those of its shards. */
  static float[] joined(List<float[]> shards) {
    float[] joined = new float[shards.stream().mapToInt(of -> of.length).sum()];
    int next = 0;
    for (float[] shard : shards) {
      System.arraycopy(shard, 0, joined, next, shard.length);
      next += shard.length;
    }
    return joined;
  }

  /** Mean over the targets of each row of the batch. */
  static List<Double> byRow(NDArray logits, NDArray targets) {
    NDArray likelihoods = flat(logits).logSoftmax(1).gather(targets.reshape(-1, 1), 1);
    NDArray means = likelihoods.reshape(logits.getShape().get(0), -1).mean(new int[] {1}).neg();
    List<Double> byRow = new ArrayList<>();
    for (float mean : means.toFloatArray()) {
      byRow.add((double) mean);
    }
    return byRow;
  }

  /** Logits without the dimension of time, {@code [batch * time, vocabulary]}. */
  static NDArray flat(NDArray logits) {
    return logits.reshape(-1, logits.getShape().get(logits.getShape().dimension() - 1));
  }
}
