package io.flinklm.train;

import io.flinklm.engine.RandomStream;
import io.flinklm.lane.Segment;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Prequential loss and accuracy: how well the model does on text that it has never trained on,
 * scored before it is trained on (test, then train; Dawid 1984, Gama et al. 2013), and averaged
 * exponentially with the newest first. Unlike the training loss it is without dropout, and unlike
 * the validation's it needs no text of its own. Not thread safe.
 *
 * <p>Only text of the first epoch counts. What comes in a later one was trained on before, and a
 * model that knows it by heart would seem good at text that it has not seen.
 *
 * <p>Which steps are scored follows from seed and number alone, so that a stream, a plain loop and
 * a restored run score the same ones. They are not evenly spaced: of a text with a period they
 * would be the same places again and again.
 */
final class Prequential {
  /** Of so many steps in a row one is scored; each costs one more forward pass. */
  static final int EVERY = 50;

  private static final double BETA = 0.75;

  // Of all steps about as many count as of one in 50.
  private static final double BETA_OF_ALL = 0.98;

  private final double beta;
  private BitsPerByte bits = BitsPerByte.NONE;
  private double lossSum;
  private double accuracySum;
  private double weight;

  /**
   * Of no text yet.
   *
   * @param all whether every step is scored, and not one in 50
   */
  Prequential(boolean all) {
    beta = all ? BETA_OF_ALL : BETA;
  }

  /**
   * Whether the batch that makes a step is to be scored first: step 1, and then one of 51 to 100,
   * of 101 to 150 and so on, while the text is new.
   */
  static boolean isDue(long seed, Segment segment, long step) {
    long fifty = (step - 1) / EVERY;
    long drawn = new RandomStream(seed, fifty, "prequential").nextLong();
    long place = fifty == 0 ? 0 : Math.floorMod(drawn, (long) EVERY);
    return isNew(segment) && (step - 1) % EVERY == place;
  }

  /** Whether text is seen for the first time. */
  static boolean isNew(Segment segment) {
    return segment.epoch() == 0;
  }

  /** Takes up what a batch gave; a loss that is not finite would stay for good. */
  void add(BatchCounts batch, BatchResult scored) {
    if (!Double.isFinite(scored.crossEntropy())) {
      return;
    }
    double accuracy = scored.correct() / (double) scored.targets();
    lossSum = beta * lossSum + (1 - beta) * scored.crossEntropy();
    accuracySum = beta * accuracySum + (1 - beta) * accuracy;
    weight = beta * weight + (1 - beta);
    bits = bits.averagedWith(scored.nats(), batch.targetBytes(), beta);
  }

  /** Cross entropy in nats; NaN before the first scored batch, and once text has come again. */
  double loss() {
    return lossSum / weight;
  }

  /** Share of targets that were the model's most likely token; NaN likewise. */
  double accuracy() {
    return accuracySum / weight;
  }

  /** The same as the loss, in bits per byte. */
  BitsPerByte bits() {
    return bits;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeDouble(lossSum);
    out.writeDouble(accuracySum);
    out.writeDouble(weight);
  }

  void writeBits(DataOutputStream out) throws IOException {
    bits.write(out);
  }

  void readBits(DataInputStream in) throws IOException {
    bits = BitsPerByte.read(in);
  }

  static Prequential read(DataInputStream in, boolean all) throws IOException {
    Prequential prequential = new Prequential(all);
    prequential.lossSum = in.readDouble();
    prequential.accuracySum = in.readDouble();
    prequential.weight = in.readDouble();
    return prequential;
  }
}
