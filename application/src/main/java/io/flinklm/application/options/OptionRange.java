package io.flinklm.application.options;

import io.flinklm.UserMistake;

/** What a number may be that a person gives; refused in one line with the option's name. */
public final class OptionRange {
  private OptionRange() {}

  /**
   * From 1 on.
   *
   * @throws UserMistake if it is less
   */
  public static void positive(String option, long value) {
    if (value < 1) {
      throw new UserMistake(option + " must be 1 or more, not " + value);
    }
  }

  /**
   * From 0 on.
   *
   * @throws UserMistake if it is less
   */
  public static void zeroOrMore(String option, long value) {
    if (value < 0) {
      throw new UserMistake(option + " must be 0 or more, not " + value);
    }
  }

  /**
   * Up to a limit.
   *
   * @throws UserMistake if it is more
   */
  public static void atMost(String option, long value, long most) {
    if (value > most) {
      throw new UserMistake(option + " must be " + most + " or less, not " + value);
    }
  }
}
