package io.flinklm.train;

import io.flinklm.UserMistake;

/** What training does where a step gives NaN or infinity. The step is not taken in any case. */
public enum OnNonfinite {
  /** End, with the weights of the step before. */
  STOP,
  /** Refuse the batch and go on with the next one. */
  SKIP;

  /**
   * What a person's word means.
   *
   * @throws UserMistake if it is neither {@code stop} nor {@code skip}
   */
  public static OnNonfinite of(String name) {
    return switch (name) {
      case "stop" -> STOP;
      case "skip" -> SKIP;
      default -> throw new UserMistake("--on-nonfinite is stop or skip, not '" + name + "'");
    };
  }
}
