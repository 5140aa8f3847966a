package io.flinklm.engine;

import io.flinklm.UserMistake;

/** The device that a person wants the engine to compute on. */
public enum DeviceChoice {
  /** A GPU where there is one, and the processor elsewhere. */
  AUTO,
  /** The processor. */
  CPU,
  /** A GPU. */
  GPU;

  /**
   * The device that a person's word means.
   *
   * @throws UserMistake if it is not {@code auto}, {@code cpu} or {@code gpu}
   */
  public static DeviceChoice of(String name) {
    return switch (name) {
      case "auto" -> AUTO;
      case "cpu" -> CPU;
      case "gpu" -> GPU;
      default -> throw new UserMistake("--device is auto, cpu or gpu, not '" + name + "'");
    };
  }
}
