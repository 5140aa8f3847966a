package io.flinklm.train;

import io.flinklm.lane.Windows;
import io.flinklm.net.Cell;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import java.io.Serializable;

/**
 * All that decides the bits of a training run besides its text.
 *
 * @param net shape of the model
 * @param laneCount rows of a full batch, of all replicas
 * @param bptt tokens in a window
 * @param seed of every random number
 * @param schedule of learning rate and momentum
 * @param weightDecay share of a weight that decays in a step of learning rate 1
 * @param regularizer of the activations
 * @param clip highest global norm of the gradients; 0 for no clipping
 * @param cell who computes an LSTM
 * @param onNonfinite what to do where a step gives NaN or infinity
 * @param shards that the rows of a batch are cut into
 * @param replication how lanes or streams are shared out among replicas
 */
public record TrainingConfig(
    NetConfig net,
    int laneCount,
    int bptt,
    long seed,
    Schedule schedule,
    double weightDecay,
    Regularizer regularizer,
    double clip,
    Cell cell,
    OnNonfinite onNonfinite,
    int shards,
    Replication replication)
    implements Serializable {

  /** Of one replica in one shard. */
  public TrainingConfig(
      NetConfig net,
      int laneCount,
      int bptt,
      long seed,
      Schedule schedule,
      double weightDecay,
      Regularizer regularizer,
      double clip,
      Cell cell,
      OnNonfinite onNonfinite) {
    this(
        net,
        laneCount,
        bptt,
        seed,
        schedule,
        weightDecay,
        regularizer,
        clip,
        cell,
        onNonfinite,
        1,
        Replication.NONE);
  }

  /** A fit with everything that a person may set; it stops where a step gives NaN or infinity. */
  public static TrainingConfig of(
      Fit fit, NetConfig net, int laneCount, int bptt, long seed, Schedule schedule, Cell cell) {
    return new TrainingConfig(
        net,
        laneCount,
        bptt,
        seed,
        schedule,
        fit.weightDecay(),
        fit.regularizer(),
        fit.clip(),
        cell,
        OnNonfinite.STOP);
  }

  /** The same, but for what it does where a step gives NaN or infinity. */
  public TrainingConfig withOnNonfinite(OnNonfinite other) {
    return copy(schedule, other, shards, replication);
  }

  /** The same with another schedule of the learning rate. */
  public TrainingConfig withSchedule(Schedule other) {
    return copy(other, onNonfinite, shards, replication);
  }

  /** The same with so many shards. */
  public TrainingConfig withShards(int other) {
    return copy(schedule, onNonfinite, other, replication);
  }

  /** The same, shared out among replicas. */
  public TrainingConfig withReplication(Replication other) {
    return copy(schedule, onNonfinite, shards, other);
  }

  private TrainingConfig copy(Schedule of, OnNonfinite then, int count, Replication shared) {
    return new TrainingConfig(
        net, laneCount, bptt, seed, of, weightDecay, regularizer, clip, cell, then, count, shared);
  }

  /** Rows of a full batch of one replica. */
  public int rows() {
    return laneCount / replication.count();
  }

  /** Rows of the largest shard of a full batch of one replica. */
  public int rowsOfShard() {
    return rowsOfShard(rows(), shards);
  }

  /** Rows of the largest of so many shards of so many lanes. */
  public static int rowsOfShard(int laneCount, int shards) {
    return (laneCount + shards - 1) / shards;
  }

  /**
   * Threads that compute shards on this machine.
   *
   * @param chosen by a person; 0 for as many as there are shards, at most the cores of the machine
   */
  public static int threadsHere(int chosen, int shards) {
    int wanted = chosen == 0 ? Runtime.getRuntime().availableProcessors() : chosen;
    return Math.max(1, Math.min(wanted, shards));
  }

  /** How text is cut: a model without memory takes windows as samples. */
  public Windows windows() {
    return new Windows(bptt, LanguageModels.of(net).stateParts() > 0);
  }
}
