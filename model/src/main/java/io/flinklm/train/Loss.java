package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.flinklm.net.Forward;
import io.flinklm.net.PyTorch;
import io.flinklm.train.Regularizer.Penalty;
import java.util.List;
import java.util.Optional;

/**
 * What a training step makes smaller: cross entropy, AR and TAR of one batch.
 *
 * @param crossEntropy mean over all targets in nats, a scalar
 * @param activation the penalty AR
 * @param temporalActivation the penalty TAR
 * @param correct how many targets were the most likely token, a scalar
 */
record Loss(
    NDArray crossEntropy,
    Optional<Penalty> activation,
    Optional<Penalty> temporalActivation,
    NDArray correct) {

  /** The loss of a forward pass; of targets {@code [batch * time, 1]}. */
  static Loss of(Forward forward, NDArray targets, Regularizer regularizer) {
    return new Loss(
        CrossEntropy.mean(forward.logits(), targets),
        regularizer.activation(forward.dropped()),
        regularizer.temporalActivation(forward.raw()),
        correct(forward.logits(), targets));
  }

  private static NDArray correct(NDArray logits, NDArray targets) {
    NDArray likeliest = CrossEntropy.flat(logits).argMax(1).reshape(-1, 1);
    return likeliest.eq(targets).toType(DataType.FLOAT32, false).sum();
  }

  /**
   * Computes the gradients of all that requires one, in one pass that begins at cross entropy and
   * at the activations that are penalized.
   */
  void backward() {
    NDList roots = new NDList(crossEntropy.reshape(1));
    NDList gradients = new NDList(roots.get(0).onesLike());
    for (Optional<Penalty> penalty : List.of(activation, temporalActivation)) {
      penalty.ifPresent(
          of -> {
            roots.add(of.activations().reshape(-1));
            gradients.add(of.gradient().reshape(-1));
          });
    }
    PyTorch.backward(behindEachOther(roots), behindEachOther(gradients));
  }

  // The engine would not give a gradient to an array that it makes of one alone.
  private static NDArray behindEachOther(NDList arrays) {
    return arrays.size() == 1 ? arrays.get(0) : NDArrays.concat(arrays);
  }

  /**
   * Its numbers out of the engine, all read at once, since each reading waits for it.
   *
   * @param squares the gradients' squares, as {@link Clipping#squares}; none of what is only scored
   * @param targets how many
   * @param learningRate of the step
   */
  StepReport report(NDList squares, long targets, double learningRate, NDManager scope) {
    NDArray zero = scope.zeros(crossEntropy.getShape());
    NDList scalars = new NDList(crossEntropy, correct);
    scalars.add(activation.map(Penalty::value).orElse(zero));
    scalars.add(temporalActivation.map(Penalty::value).orElse(zero));
    scalars.addAll(squares);
    float[] numbers = NDArrays.stack(scalars).toFloatArray();
    return new StepReport(
        numbers[0],
        numbers[2],
        numbers[3],
        Clipping.norm(numbers, 4),
        (int) numbers[1],
        Math.toIntExact(targets),
        learningRate,
        List.of());
  }
}
