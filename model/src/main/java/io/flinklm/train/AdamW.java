package io.flinklm.train;

import static java.util.stream.Collectors.partitioningBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.TorchScript;
import io.flinklm.weights.Weights;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Adam with decoupled weight decay (Kingma, Ba 2014; Loshchilov, Hutter 2017) as fastai does it:
 * the momentum follows the schedule, so it is an argument of each update. For step t from 1:
 *
 * <pre>
 * p *= 1 - lr * decay;  m = b1 * m + (1 - b1) * g;  v = b2 * v + (1 - b2) * g * g
 * p -= lr / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + epsilon)
 * </pre>
 */
final class AdamW {
  private static final double BETA_2 = 0.99;
  private static final double EPSILON = 1e-5;
  private static final double NO_DECAY = 0;

  private final Weights weights;
  private final TorchScript script;
  private final List<Group> groups;

  /** Parameters with one weight decay, in one order. */
  private record Group(
      double decay, List<String> names, NDList values, NDList means, NDList variances) {

    static Group of(double decay, List<Weights.Trained> tensors) {
      return new Group(
          decay,
          tensors.stream().map(t -> t.parameter().name()).toList(),
          list(tensors, Weights.Trained::value),
          list(tensors, Weights.Trained::mean),
          list(tensors, Weights.Trained::variance));
    }

    private static NDList list(
        List<Weights.Trained> tensors, Function<Weights.Trained, NDArray> part) {
      return new NDList(tensors.stream().map(part).toList());
    }
  }

  /**
   * The optimizer of weights.
   *
   * @param decay weight decay, where a parameter decays at all
   * @param script the functions of a training step
   */
  AdamW(Weights weights, double decay, TorchScript script) {
    this.weights = weights;
    this.script = script;
    Map<Boolean, List<Weights.Trained>> byDecay =
        weights.tensors().stream().collect(partitioningBy(t -> t.parameter().decays()));
    this.groups =
        List.of(Group.of(decay, byDecay.get(true)), Group.of(NO_DECAY, byDecay.get(false)));
  }

  /** Updates weights and moments in place and counts the step; by gradients by name. */
  void update(
      Map<String, NDArray> gradients, double learningRate, double momentum, NDManager scope) {
    weights.stepDone();
    NDArray step = scope.create((float) weights.step());
    for (Group group : groups) {
      NDList of = new NDList(group.names.size());
      group.names.forEach(name -> of.add(gradients.get(name)));
      NDList steps = new NDList(Collections.nCopies(of.size(), step));
      script.call(
          scope,
          "adamw",
          group.values,
          of,
          group.means,
          group.variances,
          steps,
          learningRate,
          momentum,
          BETA_2,
          group.decay,
          EPSILON);
    }
  }
}
