package io.flinklm.train;

import ai.djl.ndarray.NDList;

/** Clipping of gradients by their global norm (Pascanu, Mikolov, Bengio 2013). */
final class Clipping {
  private static final double EPSILON = 1e-6;

  private Clipping() {}

  /**
   * The sums of all squares of each gradient: scalars of which {@link #norm} is made. NaN or
   * infinite if a gradient is, or if a square is beyond float32 and so could not go into the
   * optimizer's variance.
   */
  static NDList squares(NDList gradients) {
    NDList sums = new NDList(gradients.size());
    gradients.forEach(gradient -> sums.add(gradient.square().sum()));
    return sums;
  }

  /** The global norm of gradients: the root of the sum of all their squares. */
  static double norm(float[] numbers, int from) {
    double squares = 0;
    for (int i = from; i < numbers.length; i++) {
      squares += numbers[i];
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
