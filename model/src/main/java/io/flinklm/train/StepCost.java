package io.flinklm.train;

import io.flinklm.net.LanguageModels;
import io.flinklm.net.ModelKind;
import io.flinklm.net.NetConfig;
import io.flinklm.net.StepArithmetic;

/**
 * What a training step costs a machine, by arithmetic on shapes: the memory that the engine takes,
 * and the time. An estimate for a person who has not started yet; its factors are measured ones.
 *
 * @param net shape of the model
 * @param laneCount rows of a batch
 * @param bptt tokens in a window
 */
public record StepCost(NetConfig net, int laneCount, int bptt) {
  // A weight, its gradient and two moments are 16. At hidden 512 and 1024 it was 34 to 43: the
  // test of the engine has copies of its own, oneDNN orders matrices anew, and weights that go to
  // disk are copied.
  private static final long BYTES_A_PARAMETER = 40;

  // Numbers that a layer keeps of a token, of each unit of its width: its input, its output, four
  // gates and the cell, and gradients of some. Measured: 9 at hidden 512 and 1024.
  private static final long NUMBERS_A_UNIT = 12;

  // The logits, once more in another order, their logarithms, and two gradients.
  private static final long LOGITS = 5;

  // Fitted to plain loops at hidden 64 to 512, most of them within a factor of two on 2 busy cores.
  // Time that is no product, as if it were one: activations, dropout and their way back a unit,
  // softmax and loss a logit, the optimizer a parameter, and calls of the engine a step.
  private static final double FLOP_A_UNIT = 1_500;
  private static final double FLOP_A_LOGIT = 1_200;
  private static final double FLOP_A_PARAMETER = 150;
  private static final double FLOP_A_STEP = 5e7;

  // What the engine differentiates itself takes longer than the written-out LSTM.
  private static final double OF_ENGINE = 2.5;

  /** How many numbers are trained. */
  public long parameters() {
    return LanguageModels.of(net).parameterCount();
  }

  /** Tokens in a batch. */
  public long tokens() {
    return (long) laneCount * bptt;
  }

  private long predicted() {
    return ModelKind.of(net.model()).predictsEachToken() ? tokens() : laneCount;
  }

  private double units() {
    return (double) tokens() * ((double) net.layers() * net.hidden() + net.embedding());
  }

  private double logits() {
    return (double) predicted() * net.vocabulary();
  }

  /** Memory that the engine takes at the fullest moment of a step, in bytes. */
  public double engineBytes() {
    return (double) BYTES_A_PARAMETER * parameters()
        + Float.BYTES * (NUMBERS_A_UNIT * units() + LOGITS * logits());
  }

  /**
   * Tokens that are trained in a second.
   *
   * @param flopPerSecond of matrix products on this machine
   */
  public double tokensPerSecond(double flopPerSecond) {
    double flop = StepArithmetic.flop(LanguageModels.of(net), tokens(), predicted());
    double beside =
        FLOP_A_UNIT * units()
            + FLOP_A_LOGIT * logits()
            + FLOP_A_PARAMETER * parameters()
            + FLOP_A_STEP;
    boolean writtenOut =
        ModelKind.of(net.model()) == ModelKind.LMMODEL6
            || ModelKind.of(net.model()) == ModelKind.LMMODEL7;
    return tokens() * flopPerSecond / ((flop + beside) * (writtenOut ? 1 : OF_ENGINE));
  }
}
