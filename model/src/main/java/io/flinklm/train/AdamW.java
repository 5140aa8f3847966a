package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.net.TorchScript;
import java.util.Map;

/**
 * Adam with decoupled weight decay (Kingma, Ba 2014; Loshchilov, Hutter 2017) as fastai does it:
 * the momentum follows the schedule, so it is an argument of each update. For step t from 1:
 *
 * <pre>
 * p *= 1 - lr * decay;  m = b1 * m + (1 - b1) * g;  v = b2 * v + (1 - b2) * g * g
 * p -= lr / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + epsilon)
 * </pre>
 *
 * @param decay weight decay, where a parameter decays at all
 * @param script the functions of a training step
 */
record AdamW(double decay, TorchScript script) {
  private static final double BETA_2 = 0.99;
  private static final double EPSILON = 1e-5;
  private static final double NO_DECAY = 0;

  /** Updates weights and moments in place and counts the step; by gradients by name. */
  void update(
      Weights weights,
      Map<String, NDArray> gradients,
      double learningRate,
      double momentum,
      NDManager scope) {
    weights.stepDone();
    NDArray step = scope.create((float) weights.step());
    for (boolean decays : new boolean[] {true, false}) {
      NDList values = new NDList();
      NDList of = new NDList();
      NDList means = new NDList();
      NDList variances = new NDList();
      NDList steps = new NDList();
      for (Weights.Trained t : weights.tensors()) {
        if (t.parameter().decays() == decays) {
          values.add(t.value());
          of.add(gradients.get(t.parameter().name()));
          means.add(t.mean());
          variances.add(t.variance());
          steps.add(step);
        }
      }
      double rate = decays ? decay : NO_DECAY;
      script.call(
          scope,
          "adamw",
          values,
          of,
          means,
          variances,
          steps,
          learningRate,
          momentum,
          BETA_2,
          rate,
          EPSILON);
    }
  }
}
