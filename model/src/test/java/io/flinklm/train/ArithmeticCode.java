package io.flinklm.train;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Arithmetic coding of numbers whose probabilities are given one after the other (Witten, Neal and
 * Cleary 1987): the whole text becomes one binary fraction, in an interval as long as the text is
 * probable.
 */
final class ArithmeticCode {
  private static final long TOP = 1L << 32;
  private static final long HALF = TOP / 2;
  private static final long QUARTER = TOP / 4;

  private ArithmeticCode() {}

  /** Where each number begins in a whole of integers; the last one is the whole. */
  private static long[] parts(double[] probabilities) {
    // Each has a part, however improbable; the whole is at most a quarter of the interval.
    double share = QUARTER - probabilities.length;
    long[] parts = new long[probabilities.length + 1];
    for (int i = 0; i < probabilities.length; i++) {
      parts[i + 1] = parts[i] + 1 + (long) (probabilities[i] * share * (1 - 1e-12));
    }
    return parts;
  }

  /** Writes a code. */
  static final class Encoder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long low;
    private long high = TOP - 1;
    private int pending;
    private int collected = 1;

    void write(int number, double[] probabilities) {
      long[] parts = parts(probabilities);
      long whole = parts[probabilities.length];
      long range = high - low + 1;
      high = low + range * parts[number + 1] / whole - 1;
      low = low + range * parts[number] / whole;
      while (true) {
        if (high < HALF) {
          put(0);
        } else if (low >= HALF) {
          put(1);
          low -= HALF;
          high -= HALF;
        } else if (low >= QUARTER && high < HALF + QUARTER) {
          pending++;
          low -= QUARTER;
          high -= QUARTER;
        } else {
          return;
        }
        low = 2 * low;
        high = 2 * high + 1;
      }
    }

    private void put(int bit) {
      bit(bit);
      for (; pending > 0; pending--) {
        bit(1 - bit);
      }
    }

    private void bit(int bit) {
      collected = collected << 1 | bit;
      if (collected >= 1 << Byte.SIZE) {
        bytes.write(collected);
        collected = 1;
      }
    }

    byte[] finish() {
      pending++;
      put(low < QUARTER ? 0 : 1);
      while (collected != 1) {
        bit(0);
      }
      return bytes.toByteArray();
    }
  }

  /** Reads a code. */
  static final class Decoder {
    private final byte[] bytes;
    private long low;
    private long high = TOP - 1;
    private long value;
    private int at;

    Decoder(byte[] bytes) {
      this.bytes = bytes;
      for (int i = 0; i < 32; i++) {
        value = 2 * value + bit();
      }
    }

    int read(double[] probabilities) {
      long[] parts = parts(probabilities);
      long whole = parts[probabilities.length];
      long range = high - low + 1;
      long place = ((value - low + 1) * whole - 1) / range;
      int found = Arrays.binarySearch(parts, place);
      int number = found >= 0 ? found : -found - 2;
      high = low + range * parts[number + 1] / whole - 1;
      low = low + range * parts[number] / whole;
      while (true) {
        long less;
        if (high < HALF) {
          less = 0;
        } else if (low >= HALF) {
          less = HALF;
        } else if (low >= QUARTER && high < HALF + QUARTER) {
          less = QUARTER;
        } else {
          return number;
        }
        low = 2 * (low - less);
        high = 2 * (high - less) + 1;
        value = 2 * (value - less) + bit();
      }
    }

    private int bit() {
      int of = at / Byte.SIZE < bytes.length ? bytes[at / Byte.SIZE] : 0;
      return of >> (Byte.SIZE - 1 - at++ % Byte.SIZE) & 1;
    }
  }
}
