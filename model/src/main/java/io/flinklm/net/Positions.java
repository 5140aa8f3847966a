package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;

/**
 * Behind which tokens of a window a model is asked for the next one. The output layer is as wide as
 * the vocabulary, so that asking behind all tokens of a long window can take gigabytes.
 */
public enum Positions {
  /** Behind every token: training and evaluation. */
  ALL,
  /** Behind the last token alone: prediction. */
  LAST;

  /** The activations of these positions, {@code [batch, time or 1, hidden]}. */
  NDArray of(NDArray activations) {
    long time = activations.getShape().get(1);
    return this == ALL || time == 1 ? activations : activations.get(new NDIndex(":, -1:"));
  }
}
