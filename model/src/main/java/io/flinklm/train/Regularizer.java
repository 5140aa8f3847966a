package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.Serializable;

/**
 * Activation regularization and temporal activation regularization (Merity, McCann, Socher 2017;
 * fastai's {@code RNNRegularizer}): two penalties that are added to the loss while training.
 *
 * @param alpha weight of AR
 * @param beta weight of TAR
 */
public record Regularizer(double alpha, double beta) implements Serializable {

  /**
   * AR, {@code alpha * mean(dropped^2)}: keeps the activations small.
   *
   * @param dropped {@code [batch, time, hidden]}; null for none, whose penalty is 0
   */
  NDArray activation(NDArray dropped, NDManager scope) {
    // Multiplied by an array of the scope: a Java number would lie in a buffer that the engine lets
    // go
    // of at once, and that the backward pass still reads.
    return alpha == 0 || dropped == null
        ? scope.create(0f)
        : dropped.square().mean().mul(scope.create((float) alpha));
  }

  /**
   * TAR, {@code beta * mean((raw[:,1:] - raw[:,:-1])^2)}: keeps the change of the activations from
   * token to token small, inside the window.
   *
   * @param raw {@code [batch, time, hidden]}; null for none and a window of one token, whose
   *     penalty is 0
   */
  NDArray temporalActivation(NDArray raw, NDManager scope) {
    if (beta == 0 || raw == null || raw.getShape().get(1) == 1) {
      return scope.create(0f);
    }
    NDArray later = raw.get(new NDIndex(":, 1:"));
    NDArray earlier = raw.get(new NDIndex(":, :-1"));
    return later.sub(earlier).square().mean().mul(scope.create((float) beta));
  }
}
