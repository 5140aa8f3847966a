package io.flinklm.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Prequential loss and accuracy: how well the model does on text that it has not trained on yet,
 * scored before it is trained on (test, then train; Dawid 1984, Gama et al. 2013), and averaged
 * exponentially with the newest first. Unlike the training loss it is without dropout, and unlike
 * the validation's it needs no text of its own. Not thread safe.
 *
 * <p>Which steps are scored follows from their numbers alone, so that a stream, a plain loop and a
 * restored run score the same ones.
 */
final class Prequential {
  /** Steps from one scored batch to the next; each costs one more forward pass. */
  static final int EVERY = 50;

  private static final double BETA = 0.75;

  private double lossSum;
  private double accuracySum;
  private double weight;

  /** Whether the batch that makes this step is to be scored first: 1, 51, 101 and so on. */
  static boolean isDue(long step) {
    return step % EVERY == 1;
  }

  /** Takes up what a batch gave; a loss that is not finite would stay for good. */
  void add(StepReport scored) {
    if (!Double.isFinite(scored.crossEntropy())) {
      return;
    }
    double accuracy = scored.correct() / (double) scored.targets();
    lossSum = BETA * lossSum + (1 - BETA) * scored.crossEntropy();
    accuracySum = BETA * accuracySum + (1 - BETA) * accuracy;
    weight = BETA * weight + (1 - BETA);
  }

  /** Cross entropy in nats; NaN before the first scored batch. */
  double loss() {
    return lossSum / weight;
  }

  /** Share of targets that were the model's most likely token; NaN likewise. */
  double accuracy() {
    return accuracySum / weight;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeDouble(lossSum);
    out.writeDouble(accuracySum);
    out.writeDouble(weight);
  }

  static Prequential read(DataInputStream in) throws IOException {
    Prequential prequential = new Prequential();
    prequential.lossSum = in.readDouble();
    prequential.accuracySum = in.readDouble();
    prequential.weight = in.readDouble();
    return prequential;
  }
}
