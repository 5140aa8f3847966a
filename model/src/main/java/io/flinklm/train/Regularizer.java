package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.TorchScript;
import java.io.Serializable;
import java.util.Optional;

/**
 * Activation regularization and temporal activation regularization (Merity, McCann, Socher 2017;
 * fastai's {@code RNNRegularizer}): two penalties that are added to the loss while training.
 *
 * @param alpha weight of AR
 * @param beta weight of TAR
 */
public record Regularizer(double alpha, double beta) implements Serializable {
  /** Penalizes nothing. */
  static final Regularizer NONE = new Regularizer(0, 0);

  /**
   * AR, {@code alpha * mean(dropped^2)}: keeps the activations small.
   *
   * @param dropped {@code [batch, time, hidden]}; null for none, which has no penalty
   */
  Optional<Term> activation(NDArray dropped, TorchScript script, NDManager scope) {
    return alpha == 0 || dropped == null
        ? Optional.empty()
        : Optional.of(term("activation", dropped, alpha, script, scope));
  }

  /**
   * TAR, {@code beta * mean((raw[:,1:] - raw[:,:-1])^2)}: keeps the change of the activations from
   * token to token small, inside the window.
   *
   * @param raw {@code [batch, time, hidden]}; null for none, which has no penalty; nor has a window
   *     of one token
   */
  Optional<Term> temporalActivation(NDArray raw, TorchScript script, NDManager scope) {
    return beta == 0 || raw == null || raw.getShape().get(1) == 1
        ? Optional.empty()
        : Optional.of(term("temporal_activation", raw, beta, script, scope));
  }

  private static Term term(
      String function, NDArray of, double weight, TorchScript script, NDManager scope) {
    NDList result = script.call(scope, function, of, weight);
    return new Term(result.get(0), result.get(1));
  }
}
