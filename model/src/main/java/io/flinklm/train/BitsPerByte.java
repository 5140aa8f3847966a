package io.flinklm.train;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Bits per byte of text: how little a model expected a text, in a measure that is the same for each
 * tokenizer and for compressors. It is the surprisal of all tokens, in bits, by the bytes that they
 * take. Here both are sums, or averages of the same weights, so that more text can be added.
 *
 * @param nats surprisal
 * @param bytes of the text
 */
record BitsPerByte(double nats, double bytes) {
  /** Of no text. */
  static final BitsPerByte NONE = new BitsPerByte(0, 0);

  private static final double NATS_PER_BIT = Math.log(2);

  /** The same and more text. */
  BitsPerByte plus(double moreNats, double moreBytes) {
    return new BitsPerByte(nats + moreNats, bytes + moreBytes);
  }

  /** The exponential average when it is followed by a text. */
  BitsPerByte averagedWith(double newNats, double newBytes, double beta) {
    return new BitsPerByte(
        beta * nats + (1 - beta) * newNats, beta * bytes + (1 - beta) * newBytes);
  }

  /** The bits that so many nats are. */
  static double bits(double nats) {
    return nats / NATS_PER_BIT;
  }

  /** Bits per byte; NaN of no text. */
  double value() {
    return bytes == 0 ? Double.NaN : bits(nats) / bytes;
  }

  void write(DataOutput out) throws IOException {
    out.writeDouble(nats);
    out.writeDouble(bytes);
  }

  static BitsPerByte read(DataInput in) throws IOException {
    return new BitsPerByte(in.readDouble(), in.readDouble());
  }
}
