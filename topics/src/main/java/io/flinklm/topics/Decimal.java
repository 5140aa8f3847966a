package io.flinklm.topics;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A number from 0 in decimal digits, as it stands in keys and headers. Java would take a sign and
 * the digits of every script too, and other readers do not.
 */
final class Decimal {
  private Decimal() {}

  /** The number; empty if the bytes, which may be null, hold anything else or more than an int. */
  static OptionalInt parse(byte[] digits) {
    OptionalLong number = parse(digits, Integer.MAX_VALUE);
    return number.isPresent() ? OptionalInt.of((int) number.getAsLong()) : OptionalInt.empty();
  }

  /** The number; empty if the bytes, which may be null, hold anything else or a larger one. */
  static OptionalLong parse(byte[] digits, long largest) {
    if (digits == null || digits.length == 0) {
      return OptionalLong.empty();
    }
    long number = 0;
    for (byte each : digits) {
      int digit = each - '0';
      if (digit < 0 || digit > 9 || number > (largest - digit) / 10) {
        return OptionalLong.empty();
      }
      number = number * 10 + digit;
    }
    return OptionalLong.of(number);
  }
}
