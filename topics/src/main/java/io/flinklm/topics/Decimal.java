package io.flinklm.topics;

import java.util.OptionalInt;

/** A number from 0 in decimal digits, as it stands in keys and headers. */
final class Decimal {
  private Decimal() {}

  /** The number; empty if the bytes, which may be null, hold anything else or more than an int. */
  static OptionalInt parse(byte[] digits) {
    if (digits == null || digits.length == 0) {
      return OptionalInt.empty();
    }
    long number = 0;
    for (byte digit : digits) {
      number = number * 10 + (digit - '0');
      if (digit < '0' || digit > '9' || number > Integer.MAX_VALUE) {
        return OptionalInt.empty();
      }
    }
    return OptionalInt.of((int) number);
  }
}
