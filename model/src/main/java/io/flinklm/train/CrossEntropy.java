package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * The loss of a language model, {@code -log softmax(logits)[target]} in nats: how little it
 * expected what came. Logits are {@code [batch, time, vocabulary]}, targets {@code [batch * time,
 * 1]}.
 */
final class CrossEntropy {
  private CrossEntropy() {}

  /** Mean over all targets, a scalar. */
  static NDArray mean(NDArray logits, NDArray targets) {
    return flat(logits).logSoftmax(1).gather(targets, 1).mean().neg();
  }

  /** Of each target, {@code [batch * time]}. */
  static float[] ofEach(NDArray logits, NDArray targets) {
    return flat(logits).logSoftmax(1).gather(targets, 1).neg().toFloatArray();
  }

  /** Mean over the targets of each row of the batch. */
  static List<Double> byRow(NDArray logits, NDArray targets) {
    NDArray likelihoods = flat(logits).logSoftmax(1).gather(targets, 1);
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
