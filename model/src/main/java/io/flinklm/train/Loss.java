package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.TorchScript;
import io.flinklm.net.Backpropagation.OutputGradients;
import io.flinklm.net.Forward;
import java.util.Optional;

/**
 * What a training step makes smaller: cross entropy, AR and TAR of one shard.
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
   * Lets its gradients count for as much text as there is: those of a sum over its rows, divided by
   * the rows of a full batch. So shards add up, and a step from few rows is not as large as one
   * from all. Its values stay means. Of a full batch in one shard nothing is touched.
   *
   * @param rows that it is of
   * @param full rows of a full batch
   */
  Loss ofRows(int rows, int full, TorchScript script, NDManager scope) {
    if (rows != full) {
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

  /** Its values where the engine has them. */
  NDList scalars() {
    NDList scalars = new NDList(crossEntropy.value(), correct);
    activation.map(Term::value).ifPresent(scalars::add);
    temporalActivation.map(Term::value).ifPresent(scalars::add);
    return scalars;
  }

  /**
   * Its values, read out of the engine.
   *
   * @param read among other numbers its scalars
   * @param from the first of them
   * @param targets how many there are
   */
  LossNumbers numbers(float[] read, int from, int targets) {
    int next = from + 2;
    double ofActivation = activation.isPresent() ? read[next++] : 0;
    double ofTemporal = temporalActivation.isPresent() ? read[next] : 0;
    return new LossNumbers(read[from], ofActivation, ofTemporal, (int) read[from + 1], targets);
  }
}
