package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.TorchScript;
import java.util.Collection;

/**
 * Clipping of gradients by their global norm (Pascanu, Mikolov, Bengio 2013).
 *
 * @param highest norm; 0 for no clipping
 * @param script the functions of a training step
 */
record Clipping(double highest, TorchScript script) {
  private static final double EPSILON = 1e-6;

  /** Multiplies gradients in place so that their global norm is at most the highest. */
  void clip(Collection<NDArray> gradients, double norm, NDManager scope) {
    double factor = highest / (norm + EPSILON);
    if (highest > 0 && factor < 1) {
      script.call(scope, "scale", new NDList(gradients), factor);
    }
  }
}
