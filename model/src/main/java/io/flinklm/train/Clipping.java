package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.Collection;

/** Clipping of gradients by their global norm (Pascanu, Mikolov, Bengio 2013). */
final class Clipping {
  private static final double EPSILON = 1e-6;

  private Clipping() {}

  /**
   * The global norm of gradients: the root of the sum of all their squares. NaN or infinite if one
   * of them is, or if a square is beyond float32 and so could not go into the optimizer's variance.
   */
  static double norm(Collection<NDArray> gradients) {
    NDList sums = new NDList(gradients.size());
    gradients.forEach(gradient -> sums.add(gradient.square().sum()));
    double squares = 0;
    // All are read at once: each reading waits for the engine.
    for (float sum : NDArrays.stack(sums).toFloatArray()) {
      squares += sum;
    }
    return Math.sqrt(squares);
  }

  /**
   * By how much to multiply gradients of a norm so that it is at most the highest.
   *
   * @param highest norm; 0 for no clipping
   */
  static double scale(double norm, double highest) {
    return highest == 0 ? 1 : Math.min(1, highest / (norm + EPSILON));
  }
}
