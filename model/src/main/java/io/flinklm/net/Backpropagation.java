package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Optional;

/**
 * How the gradients of a language model are found: by a forward pass that can be gone back
 * (Rumelhart, Hinton, Williams 1986).
 */
public interface Backpropagation {

  /** A forward pass, to be gone back once. */
  interface Pass {

    /** What it gives. */
    Forward forward();

    /** Gradients of the loss with respect to the parameters, by their names. */
    Map<String, NDArray> gradients(OutputGradients of);
  }

  /**
   * Gradients of a loss with respect to what a forward pass gives.
   *
   * @param logits {@code [batch, time, vocabulary]}
   * @param raw {@code [batch, time, hidden]}; empty if the loss does not depend on it
   * @param dropped likewise
   */
  record OutputGradients(NDArray logits, Optional<NDArray> raw, Optional<NDArray> dropped) {}

  /**
   * Passes a window of each lane through the network, as {@link LanguageModel#forward} does.
   *
   * @param scope of all that it makes
   */
  Pass forward(
      Map<String, NDArray> parameters,
      NDArray inputs,
      NDList states,
      Dropout dropout,
      NDManager scope);
}
