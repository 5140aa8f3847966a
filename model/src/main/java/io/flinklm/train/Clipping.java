package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import java.util.Collection;

/** Clipping of gradients by their global norm (Pascanu, Mikolov, Bengio 2013). */
final class Clipping {
  private static final double EPSILON = 1e-6;

  private Clipping() {}

  /**
   * By how much to multiply all gradients so that the root of the sum of their squares is at most
   * the highest norm.
   *
   * @param highest norm; 0 for no clipping
   */
  static double scale(Collection<NDArray> gradients, double highest) {
    if (highest == 0) {
      return 1;
    }
    double squares = 0;
    for (NDArray gradient : gradients) {
      squares += gradient.square().sum().getFloat();
    }
    return Math.min(1, highest / (Math.sqrt(squares) + EPSILON));
  }
}
