package io.flinklm.job.kafka;

import io.flinklm.UserMistake;

/** What training does where Kafka has deleted text before it was read. */
public enum OnLostText {
  /** End, and say which text it is. */
  STOP,
  /** Go on with the first text that is there, behind a hole in each lane. */
  HOLE;

  /**
   * What a person's word means.
   *
   * @throws UserMistake if it is neither {@code stop} nor {@code hole}
   */
  public static OnLostText of(String name) {
    return switch (name) {
      case "stop" -> STOP;
      case "hole" -> HOLE;
      default -> throw new UserMistake("--on-lost-text is stop or hole, not '" + name + "'");
    };
  }
}
