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

  /**
   * From 0 up to a limit; what is not given is in its range.
   *
   * @throws UserMistake if it is not
   */
  static void fromZero(String option, Double value, double most) {
    if (value != null && !(value >= 0 && value <= most)) {
      throw new UserMistake(option + " must be 0 to " + number(most) + ", not " + number(value));
    }
  }

  /**
   * A share of something of which a part must stay: from 0 to less than 1.
   *
   * @throws UserMistake if it is given and is not
   */
  public static void share(String option, Double value) {
    if (value != null && !(value >= 0 && value < 1)) {
      throw new UserMistake(option + " must be 0 or more and less than 1, not " + number(value));
    }
  }

  // As a person writes it: 5 and not 5.0.
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}
