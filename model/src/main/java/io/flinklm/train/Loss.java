package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.TorchScript;
import io.flinklm.net.Backpropagation.OutputGradients;
import io.flinklm.net.Forward;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

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
        new Term(result.get(0), result.get(2)),
        regularizer.activation(forward.dropped(), script, scope),
        regularizer.temporalActivation(forward.raw(), script, scope),
        result.get(1));
  }

  /**
   * Lets its gradients count for as much text as there is: those of a sum over the rows of the
   * batch, divided by the rows of a full one. A step from few rows would otherwise be as large as
   * one from all. Its values stay means. Of a full batch nothing is touched, so no bit changes.
   *
   * @param rows of this batch
   * @param full rows of a full batch
   */
  Loss ofRows(int rows, int full, TorchScript script, NDManager scope) {
    if (rows < full) {
      NDList gradients = new NDList(crossEntropy.gradient());
      activation.map(Term::gradient).ifPresent(gradients::add);
      temporalActivation.map(Term::gradient).ifPresent(gradients::add);
      script.call(scope, "scale", gradients, (double) rows / full);
    }
    return this;
  }

  /** Its gradients with respect to the logits and to the activations that are penalized. */
  OutputGradients gradients() {
    return new OutputGradients(
        crossEntropy.gradient(),
        temporalActivation.map(Term::gradient),
        activation.map(Term::gradient));
  }

  /**
   * Its numbers out of the engine with the gradients' norm, all read at once, since each reading
   * waits for it. The norm is NaN or infinite if a gradient is, or if a square is beyond float32
   * and so could not go into the optimizer's variance.
   *
   * @param gradients of the parameters
   * @param targets how many
   * @param learningRate of the step
   */
  BatchResult result(
      Collection<NDArray> gradients,
      long targets,
      double learningRate,
      TorchScript script,
      NDManager scope) {
    NDList scalars = new NDList(crossEntropy.value(), correct);
    activation.map(Term::value).ifPresent(scalars::add);
    temporalActivation.map(Term::value).ifPresent(scalars::add);
    NDArray all = script.call(scope, "with_norms", scalars, new NDList(gradients)).get(0);
    float[] numbers = all.toFloatArray();
    int next = 2;
    double ofActivation = activation.isPresent() ? numbers[next++] : 0;
    double ofTemporal = temporalActivation.isPresent() ? numbers[next++] : 0;
    double squares = 0;
    for (int i = next; i < numbers.length; i++) {
      squares += (double) numbers[i] * numbers[i];
    }
    return new BatchResult(
        numbers[0],
        ofActivation,
        ofTemporal,
        Math.sqrt(squares),
        (int) numbers[1],
        Math.toIntExact(targets),
        learningRate,
        List.of());
  }
}
