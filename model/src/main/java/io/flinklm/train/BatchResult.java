package io.flinklm.train;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
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

  /**
   * Of the rows of several replicas as of one batch: means over all targets, and the mean of the
   * gradients' norms.
   */
  static BatchResult joined(List<BatchResult> of) {
    int targets = 0;
    int correct = 0;
    double crossEntropy = 0;
    double activation = 0;
    double temporalActivation = 0;
    double norms = 0;
    for (BatchResult each : of) {
      targets += each.targets;
      correct += each.correct;
      crossEntropy += each.crossEntropy * each.targets;
      activation += each.activation * each.targets;
      temporalActivation += each.temporalActivation * each.targets;
      norms += each.gradientNorm;
    }
    return new BatchResult(
        crossEntropy / targets,
        activation / targets,
        temporalActivation / targets,
        norms / of.size(),
        correct,
        targets,
        of.get(0).learningRate,
        List.of());
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

  void write(DataOutput out) throws IOException {
    out.writeDouble(crossEntropy);
    out.writeDouble(activation);
    out.writeDouble(temporalActivation);
    out.writeDouble(gradientNorm);
    out.writeInt(correct);
    out.writeInt(targets);
    out.writeDouble(learningRate);
  }

  static BatchResult read(DataInput in) throws IOException {
    return new BatchResult(
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readInt(),
        in.readInt(),
        in.readDouble(),
        List.of());
  }
}
