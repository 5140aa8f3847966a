package io.flinklm.application.settings;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Windows;
import io.flinklm.net.Cell;
import io.flinklm.net.MachineKind;
import io.flinklm.net.ModelKind;
import io.flinklm.net.NetConfig;
import io.flinklm.net.SelfTest;
import io.flinklm.net.WrongArithmeticException;
import io.flinklm.train.Fit;
import io.flinklm.train.Fitted;
import io.flinklm.train.Hyperparameters;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.Replication;
import io.flinklm.train.Schedule;
import io.flinklm.train.StepCost;
import io.flinklm.train.TrainingConfig;

/**
 * A model and how it learns, as a person chose it or the model's fit has it.
 *
 * @param name of the model
 * @param laneCount how many lanes
 * @param bptt tokens in a window
 * @param hidden width of the model
 * @param layers of the model
 * @param seed of every random number
 * @param device that a person wants
 * @param cell who computes an LSTM
 * @param onNonfinite what it does where a step gives NaN or infinity
 * @param shards that the rows of a batch are cut into; each number of them gives bits of its own
 * @param engineThreads that a person chose to compute shards side by side, which decide no bit; 0
 *     for as many as there are shards, at most the cores of the machine
 * @param replication how lanes are shared out among replicas; each way gives bits of its own
 * @param hyperparameters that were chosen; the others are of the model's fit
 * @param fitted what that fit was found on
 */
public record ModelSettings(
    String name,
    @JsonProperty("lanes") int laneCount,
    int bptt,
    int hidden,
    int layers,
    long seed,
    DeviceChoice device,
    Cell cell,
    OnNonfinite onNonfinite,
    int shards,
    int engineThreads,
    Replication replication,
    Hyperparameters hyperparameters,
    Fitted fitted) {

  /** Of a model that learns as its fit says, of one replica in one shard on one engine thread. */
  public ModelSettings(
      String name,
      int laneCount,
      int bptt,
      int hidden,
      int layers,
      long seed,
      DeviceChoice device,
      Cell cell,
      OnNonfinite onNonfinite) {
    this(
        name,
        laneCount,
        bptt,
        hidden,
        layers,
        seed,
        device,
        cell,
        onNonfinite,
        1,
        1,
        Replication.NONE,
        Hyperparameters.OF_FIT,
        Fitted.ON_CHAPTER);
  }

  /** The chapter's: its fit of the model, 64 lanes, hidden 64, on the processor. */
  public static ModelSettings ofChapter(Fit fit, long seed) {
    return new ModelSettings(
        fit.model(),
        fit.laneCount(),
        fit.bptt(),
        fit.hidden(),
        fit.layers(),
        seed,
        DeviceChoice.CPU,
        Cell.ENGINE,
        OnNonfinite.STOP);
  }

  /** The same with another who computes an LSTM. */
  public ModelSettings withCell(Cell other) {
    return copy(
        laneCount, hidden, other, onNonfinite, shards, engineThreads, replication, hyperparameters);
  }

  /** The same, but for what it does where a step gives NaN or infinity. */
  public ModelSettings withOnNonfinite(OnNonfinite other) {
    return copy(
        laneCount, hidden, cell, other, shards, engineThreads, replication, hyperparameters);
  }

  /** The same in another width. */
  public ModelSettings withHidden(int other) {
    return copy(
        laneCount, other, cell, onNonfinite, shards, engineThreads, replication, hyperparameters);
  }

  /** The same with other hyperparameters. */
  public ModelSettings with(Hyperparameters other) {
    return copy(laneCount, hidden, cell, onNonfinite, shards, engineThreads, replication, other);
  }

  /** The same with so many lanes. */
  public ModelSettings withLanes(int count) {
    return copy(
        count, hidden, cell, onNonfinite, shards, engineThreads, replication, hyperparameters);
  }

  /** The same in so many shards, which so many engine threads compute. */
  public ModelSettings withShards(int count, int threads) {
    return copy(laneCount, hidden, cell, onNonfinite, count, threads, replication, hyperparameters);
  }

  /** The same, shared out among replicas. */
  public ModelSettings withReplication(Replication other) {
    return copy(
        laneCount, hidden, cell, onNonfinite, shards, engineThreads, other, hyperparameters);
  }

  private ModelSettings copy(
      int lanes,
      int width,
      Cell of,
      OnNonfinite then,
      int cut,
      int threads,
      Replication shared,
      Hyperparameters chosen) {
    return new ModelSettings(
        name, lanes, bptt, width, layers, seed, device, of, then, cut, threads, shared, chosen,
        fitted);
  }

  /**
   * The same model in the shape of another, on its device, with its replicas, shards and engine
   * threads.
   */
  public ModelSettings shapedAs(ModelSettings other) {
    return new ModelSettings(
        name,
        other.laneCount,
        other.bptt,
        other.hidden,
        other.layers,
        seed,
        other.device,
        cell,
        onNonfinite,
        other.shards,
        other.engineThreads,
        other.replication,
        hyperparameters,
        fitted);
  }

  /** How the model learns: as its fit says, but for what was chosen. */
  public Fit fit() {
    return hyperparameters.appliedTo(usual());
  }

  private Fit usual() {
    return Fit.of(ModelKind.of(name), fitted);
  }

  /** The shape of the model for so many distinct tokens. */
  public NetConfig net(int vocabulary) {
    return hyperparameters.net(usual(), vocabulary, hidden, layers);
  }

  /** What a step of all replicas costs, for so many distinct tokens. */
  public StepCost stepCost(int vocabulary) {
    return new StepCost(net(vocabulary), laneCount, bptt, shards, replication.count());
  }

  /** The kind of this machine, for what its device computes. */
  public MachineKind machine() {
    return MachineKind.of(PyTorch.device(device));
  }

  /** Threads that compute shards on this machine. */
  public int threadsHere() {
    return TrainingConfig.threadsHere(engineThreads, shards);
  }

  /** How text is cut into windows. */
  public Windows windows() {
    return fit().windows(bptt);
  }

  /**
   * Tests the engine for this model, for so many distinct tokens.
   *
   * @throws WrongArithmeticException if it computes the model wrongly here
   */
  public SelfTest selfTest(int vocabulary) {
    int rows = TrainingConfig.rowsOfShard(laneCount / replication.count(), shards);
    return SelfTest.of(net(vocabulary), cell, rows, PyTorch.device(device));
  }

  /**
   * Makes sure that a run can have the schedule that was chosen.
   *
   * @param steps of the run; 0 for a stream without end
   * @throws io.flinklm.UserMistake if a run of so many steps cannot
   */
  public void requireSchedule(long steps) {
    schedule(steps);
  }

  private Schedule schedule(long steps) {
    return hyperparameters.schedule(usual(), steps);
  }

  /**
   * The configuration of the training.
   *
   * @param vocabulary distinct tokens
   * @param steps of the run; 0 for a stream without end
   */
  public TrainingConfig trainingConfig(int vocabulary, long steps) {
    return TrainingConfig.of(fit(), net(vocabulary), laneCount, bptt, seed, schedule(steps), cell)
        .withOnNonfinite(onNonfinite)
        .withShards(shards)
        .withReplication(replication);
  }
}
