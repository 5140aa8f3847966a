package io.flinklm.train;

import ai.djl.ndarray.NDList;

/**
 * Adam with decoupled weight decay (Kingma, Ba 2014; Loshchilov, Hutter 2017) as fastai does it:
 * the momentum follows the schedule, so it is an argument of each update. For step t from 1:
 *
 * <pre>
 * p *= 1 - lr * decay;  m = b1 * m + (1 - b1) * g;  v = b2 * v + (1 - b2) * g * g
 * p -= lr / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + epsilon)
 * </pre>
 *
 * @param decay weight decay, where a parameter decays at all
 */
record AdamW(double decay) {
  private static final double BETA_2 = 0.99;
  private static final double EPSILON = 1e-5;
  private static final int NO_CLIPPING = -1;

  /**
   * Updates weights and moments in place and counts the step.
   *
   * @param gradients of each of the weights' stretches, laid out as those are
   * @param scale multiplies the gradients
   */
  void update(
      Weights weights, NDList gradients, double scale, double learningRate, double momentum) {
    double step = weights.step() + 1.0;
    // The engine's fused update has no bias correction of the variance: both sides of the quotient
    // are multiplied by sqrt(1 - b2^t) instead.
    double correction = Math.sqrt(1 - StrictMath.pow(BETA_2, step));
    double corrected = learningRate * correction / (1 - StrictMath.pow(momentum, step));
    for (int i = 0; i < gradients.size(); i++) {
      Stretch stretch = weights.stretches().get(i);
      stretch
          .value()
          .getNDArrayInternal()
          .adamUpdate(
              new NDList(stretch.value(), gradients.get(i), stretch.mean(), stretch.variance()),
              new NDList(stretch.value()),
              (float) learningRate,
              (float) corrected,
              stretch.decays() ? (float) decay : 0,
              (float) scale,
              NO_CLIPPING,
              (float) momentum,
              (float) BETA_2,
              (float) (EPSILON * correction),
              false,
              true);
    }
    weights.stepDone();
  }
}
