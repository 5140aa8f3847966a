package io.flinklm.train;

/**
 * What one batch gave.
 *
 * @param crossEntropy mean over all targets, in nats
 * @param activation the penalty AR, 0 where the batch was only scored
 * @param temporalActivation the penalty TAR, likewise
 * @param correct targets that were the most likely token
 * @param targets in the batch
 * @param learningRate of the step, 0 where the batch was only scored
 */
public record StepReport(
    double crossEntropy,
    double activation,
    double temporalActivation,
    int correct,
    int targets,
    double learningRate) {

  /** What the gradients were taken of. */
  public double loss() {
    return crossEntropy + activation + temporalActivation;
  }
}
