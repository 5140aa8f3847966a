package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.io.Serializable;
import java.util.Optional;

/**
 * Activation regularization and temporal activation regularization (Merity, McCann, Socher 2017;
 * fastai's {@code RNNRegularizer}): two penalties that are added to the loss while training. Their
 * gradients are written out, because the engine would take several times as long to find them.
 *
 * @param alpha weight of AR
 * @param beta weight of TAR
 */
public record Regularizer(double alpha, double beta) implements Serializable {
  /** Penalizes nothing. */
  static final Regularizer NONE = new Regularizer(0, 0);

  private static final NDIndex LATER = new NDIndex(":, 1:");
  private static final NDIndex EARLIER = new NDIndex(":, :-1");

  /**
   * A penalty of activations.
   *
   * @param activations that it is of, {@code [batch, time, hidden]}
   * @param value a scalar
   * @param gradient of the value with respect to the activations, of their shape
   */
  record Penalty(NDArray activations, NDArray value, NDArray gradient) {}

  /**
   * AR, {@code alpha * mean(dropped^2)}: keeps the activations small.
   *
   * @param dropped {@code [batch, time, hidden]}; null for none, which has no penalty
   */
  Optional<Penalty> activation(NDArray dropped) {
    if (alpha == 0 || dropped == null) {
      return Optional.empty();
    }
    NDArray constant = dropped.stopGradient();
    NDArray value = constant.square().mean().muli(alpha);
    NDArray gradient = constant.mul(2 * alpha / dropped.size());
    return Optional.of(new Penalty(dropped, value, gradient));
  }

  /**
   * TAR, {@code beta * mean((raw[:,1:] - raw[:,:-1])^2)}: keeps the change of the activations from
   * token to token small, inside the window.
   *
   * @param raw {@code [batch, time, hidden]}; null for none, which has no penalty; nor has a window
   *     of one token
   */
  Optional<Penalty> temporalActivation(NDArray raw) {
    if (beta == 0 || raw == null || raw.getShape().get(1) == 1) {
      return Optional.empty();
    }
    NDArray constant = raw.stopGradient();
    NDArray change = constant.get(LATER).sub(constant.get(EARLIER));
    NDArray value = change.square().mean().muli(beta);
    change.muli(2 * beta / change.size());
    NDArray gradient = constant.zerosLike();
    gradient.get(LATER).addi(change);
    gradient.get(EARLIER).subi(change);
    return Optional.of(new Penalty(raw, value, gradient));
  }
}
