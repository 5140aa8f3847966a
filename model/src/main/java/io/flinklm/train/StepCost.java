package io.flinklm.train;

import io.flinklm.net.LanguageModels;
import io.flinklm.net.ModelKind;
import io.flinklm.net.NetConfig;
import io.flinklm.net.StepArithmetic;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a training step costs a machine, by arithmetic on shapes: the memory that the engine takes,
 * and the time. An estimate for a person who has not started yet; its factors are measured ones.
 *
 * @param net shape of the model
 * @param laneCount rows of a batch, of all replicas
 * @param bptt tokens in a window
 * @param shards that the rows of a batch of one replica are cut into
 * @param replicas that one process trains, each of which has weights of its own
 */
public record StepCost(NetConfig net, int laneCount, int bptt, int shards, int replicas) {
  // A weight, its gradient and two moments are 16. At hidden 512 and 1024 it was 34 to 43: the
  // test of the engine has copies of its own, oneDNN orders matrices anew, and weights that go to
  // disk are copied.
  private static final long BYTES_A_PARAMETER = 40;

  // Of several shards: each has gradients of its own, of which pairs are added, and each thread has
  // matrices in oneDNN's order. Measured at hidden 1024: 9 to 15 with two shards, 18 to 24 with
  // four.
  private static final long BYTES_OF_SHARDS = 3;
  private static final long BYTES_A_SHARD = 5;

  // What a replica told, and what came of it, each with both moments.
  private static final long BYTES_OF_EXCHANGE = 24;

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

  // What the engine differentiates itself takes longer than what is written out.
  private static final Set<ModelKind> WRITTEN_OUT =
      EnumSet.of(ModelKind.LMMODEL6, ModelKind.LMMODEL7, ModelKind.GRU, ModelKind.AWD_LSTM);
  private static final double OF_ENGINE = 2.5;

  /** Of one replica. */
  public StepCost(NetConfig net, int laneCount, int bptt, int shards) {
    this(net, laneCount, bptt, shards, 1);
  }

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
    long bytesAParameter =
        BYTES_A_PARAMETER
            + (shards == 1 ? 0 : BYTES_OF_SHARDS + BYTES_A_SHARD * shards)
            + (replicas == 1 ? 0 : BYTES_OF_EXCHANGE);
    return (double) bytesAParameter * parameters() * replicas
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
            + replicas * (FLOP_A_PARAMETER * parameters() + FLOP_A_STEP);
    boolean writtenOut = WRITTEN_OUT.contains(ModelKind.of(net.model()));
    return tokens() * flopPerSecond / ((flop + beside) * (writtenOut ? 1 : OF_ENGINE));
  }
}
