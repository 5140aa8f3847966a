package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import io.flinklm.lane.Batch;
import io.flinklm.lane.HiddenState;
import io.flinklm.weights.Weights;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One step as a learner did it.
 *
 * @param result of the step
 * @param gradients by the name of the parameter
 * @param weights after the step, likewise
 * @param states after the step, by lane
 */
record LearnedStep(
    BatchResult result,
    Map<String, double[]> gradients,
    Map<String, float[]> weights,
    Map<Integer, HiddenState> states) {

  /** Lets a learner do its next step, of the given momentum. */
  static LearnedStep of(Learner learner, Batch batch, double momentum) {
    Map<String, float[]> means = means(learner.weights());
    BatchResult result = learner.train(batch);
    return new LearnedStep(
        result,
        gradients(means, means(learner.weights()), (float) momentum),
        values(learner.weights().parameters()),
        learner.hiddenStates());
  }

  // What a step really used: the first moment is b1 * before + (1 - b1) * gradient.
  private static Map<String, double[]> gradients(
      Map<String, float[]> before, Map<String, float[]> after, double momentum) {
    Map<String, double[]> gradients = new LinkedHashMap<>();
    after.forEach(
        (name, means) -> {
          double[] gradient = new double[means.length];
          for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (means[i] - momentum * before.get(name)[i]) / (1 - momentum);
          }
          gradients.put(name, gradient);
        });
    return gradients;
  }

  private static Map<String, float[]> means(Weights weights) {
    Map<String, NDArray> means = new LinkedHashMap<>();
    weights.tensors().forEach(t -> means.put(t.parameter().name(), t.mean()));
    return values(means);
  }

  private static Map<String, float[]> values(Map<String, NDArray> tensors) {
    Map<String, float[]> values = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> values.put(name, tensor.toFloatArray()));
    return values;
  }

  /** One layer of one part of all lanes' states, {@code [batch, hidden]}. */
  double[] state(int part, int layer, int hidden) {
    double[] values = new double[states.size() * hidden];
    for (int lane = 0; lane < states.size(); lane++) {
      float[] state = states.get(lane).parts().get(part);
      for (int i = 0; i < hidden; i++) {
        values[lane * hidden + i] = state[layer * hidden + i];
      }
    }
    return values;
  }
}
