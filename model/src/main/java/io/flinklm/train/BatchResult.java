package io.flinklm.train;

import java.util.List;

/**
 * What one batch gave.
 *
 * @param crossEntropy mean over all targets, in nats
 * @param activation the penalty AR, 0 where the batch was only scored
 * @param temporalActivation the penalty TAR, likewise
 * @param gradientNorm global norm of the gradients before clipping, 0 where the batch was only
 *     scored
 * @param correct targets that were the most likely token
 * @param targets in the batch
 * @param learningRate of the step, 0 where the batch was only scored
 * @param laneLosses cross entropy of each row of the batch, where the step gave NaN or infinity;
 *     otherwise empty
 */
public record BatchResult(
    double crossEntropy,
    double activation,
    double temporalActivation,
    double gradientNorm,
    int correct,
    int targets,
    double learningRate,
    List<Double> laneLosses) {

  /** Of a batch that was trained on. */
  static BatchResult of(LossNumbers loss, double gradientNorm, double learningRate) {
    return new BatchResult(
        loss.crossEntropy(),
        loss.activation(),
        loss.temporalActivation(),
        gradientNorm,
        loss.correct(),
        loss.targets(),
        learningRate,
        List.of());
  }

  /** Of a batch that was only scored. */
  static BatchResult scored(LossNumbers loss) {
    return of(loss, 0, 0);
  }

  /** What the gradients were taken of. */
  public double loss() {
    return crossEntropy + activation + temporalActivation;
  }

  /** Surprisal of all targets. */
  double nats() {
    return crossEntropy * targets;
  }

  BatchResult withLaneLosses(List<Double> losses) {
    return new BatchResult(
        crossEntropy,
        activation,
        temporalActivation,
        gradientNorm,
        correct,
        targets,
        learningRate,
        losses);
  }

  /** Whether neither the loss nor the gradients hold NaN or infinity. */
  public boolean isFinite() {
    return Double.isFinite(loss()) && Double.isFinite(gradientNorm);
  }
}
