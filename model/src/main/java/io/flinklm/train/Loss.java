package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.net.Forward;
import io.flinklm.net.PyTorch;
import io.flinklm.net.TorchScript;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a training step makes smaller: cross entropy, AR and TAR of one batch.
 *
 * @param crossEntropy mean over all targets in nats, of the logits
 * @param activation the penalty AR
 * @param temporalActivation the penalty TAR
 * @param correct how many targets were the most likely token, a scalar
 */
record Loss(
    Term crossEntropy,
    Optional<Term> activation,
    Optional<Term> temporalActivation,
    NDArray correct) {
  private static final int NUMBERS = 4;

  /** The loss of a forward pass; of targets {@code [batch * time]}. */
  static Loss of(
      Forward forward,
      NDArray targets,
      Regularizer regularizer,
      TorchScript script,
      NDManager scope) {
    NDArray logits = forward.logits();
    NDList result = CrossEntropy.meanWithGradient(logits, targets, script, scope);
    return new Loss(
        new Term(logits, result.get(0), result.get(2)),
        regularizer.activation(forward.dropped(), script, scope),
        regularizer.temporalActivation(forward.raw(), script, scope),
        result.get(1));
  }

  /**
   * Computes the gradients of all that requires one, in one pass that begins at the logits and at
   * the activations that are penalized.
   */
  void backward() {
    NDList roots = new NDList();
    NDList gradients = new NDList();
    Stream.of(Optional.of(crossEntropy), activation, temporalActivation)
        .flatMap(Optional::stream)
        .forEach(
            term -> {
              roots.add(term.of().reshape(-1));
              gradients.add(term.gradient().reshape(-1));
            });
    PyTorch.backward(behindEachOther(roots), behindEachOther(gradients));
  }

  private static NDArray behindEachOther(NDList arrays) {
    return arrays.size() == 1 ? arrays.get(0) : NDArrays.concat(arrays);
  }

  /**
   * Its numbers out of the engine, all read at once, since each reading waits for it.
   *
   * @param norms of the gradients, {@code [gradients]}
   * @param targets how many
   * @param learningRate of the step
   */
  StepReport report(NDArray norms, long targets, double learningRate, NDManager scope) {
    NDArray none = scope.zeros(correct.getShape());
    NDArray scalars =
        NDArrays.stack(
            new NDList(
                crossEntropy.value(),
                activation.map(Term::value).orElse(none),
                temporalActivation.map(Term::value).orElse(none),
                correct));
    float[] numbers = scalars.concat(norms).toFloatArray();
    double squares = 0;
    for (int i = NUMBERS; i < numbers.length; i++) {
      squares += (double) numbers[i] * numbers[i];
    }
    return new StepReport(
        numbers[0],
        numbers[1],
        numbers[2],
        Math.sqrt(squares),
        (int) numbers[3],
        Math.toIntExact(targets),
        learningRate,
        List.of());
  }
}
