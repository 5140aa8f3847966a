package io.flinklm.application.settings;

import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Windows;
import io.flinklm.net.Cell;
import io.flinklm.net.MachineKind;
import io.flinklm.net.NetConfig;
import io.flinklm.net.SelfTest;
import io.flinklm.net.WrongArithmeticException;
import io.flinklm.train.Fit;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.Schedule;
import io.flinklm.train.TrainingConfig;

/**
 * A model and how it learns, as a person chose it or the model's fit has it.
 *
 * @param name of the model
 * @param lanes how many
 * @param bptt tokens in a window
 * @param hidden width of the model
 * @param layers of the model
 * @param seed of every random number
 * @param device {@code auto}, {@code cpu} or {@code gpu}
 * @param cell {@code engine} or {@code scratch}
 * @param onNonfinite {@code stop} or {@code skip}
 * @param engineThreads of the training; each number of them gives bits of its own
 */
public record ModelSettings(
    String name,
    int lanes,
    int bptt,
    int hidden,
    int layers,
    long seed,
    String device,
    String cell,
    String onNonfinite,
    int engineThreads) {
  private static final int LANES = 64;
  private static final int HIDDEN = 64;

  /** The chapter's: its fit of the model, 64 lanes, hidden 64, on the processor. */
  public static ModelSettings ofChapter(Fit fit, long seed) {
    return new ModelSettings(
        fit.model(), LANES, fit.bptt(), HIDDEN, fit.layers(), seed, "cpu", "engine", "stop", 1);
  }

  public ModelSettings withCell(String other) {
    return new ModelSettings(
        name, lanes, bptt, hidden, layers, seed, device, other, onNonfinite, engineThreads);
  }

  public ModelSettings withOnNonfinite(String other) {
    return new ModelSettings(
        name, lanes, bptt, hidden, layers, seed, device, cell, other, engineThreads);
  }

  public ModelSettings withHidden(int other) {
    return new ModelSettings(
        name, lanes, bptt, other, layers, seed, device, cell, onNonfinite, engineThreads);
  }

  /** The same model in the shape of another, on its device and with its engine threads. */
  public ModelSettings shapedAs(ModelSettings other) {
    return new ModelSettings(
        name,
        other.lanes,
        other.bptt,
        other.hidden,
        other.layers,
        seed,
        other.device,
        cell,
        onNonfinite,
        other.engineThreads);
  }

  public Fit fit() {
    return Fit.of(name);
  }

  public NetConfig net(int vocabulary) {
    return new NetConfig(name, vocabulary, hidden, layers, fit().dropout());
  }

  /** The kind of this machine, for what its device computes. */
  public MachineKind machine() {
    return MachineKind.of(PyTorch.device(device));
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
    return SelfTest.of(net(vocabulary), Cell.of(cell), lanes, PyTorch.device(device));
  }

  /**
   * The configuration of the training.
   *
   * @param vocabulary distinct tokens
   * @param steps of the one cycle; 0 for the schedule of a stream without end
   */
  public TrainingConfig trainingConfig(int vocabulary, long steps) {
    Schedule schedule = steps == 0 ? fit().continuous() : fit().oneCycle(steps);
    return TrainingConfig.of(fit(), net(vocabulary), lanes, bptt, seed, schedule, Cell.of(cell))
        .withOnNonfinite(OnNonfinite.of(onNonfinite));
  }
}
