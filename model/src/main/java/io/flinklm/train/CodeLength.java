package io.flinklm.train;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How long the code of a text is that an ideal coder writes by a model's predictions, when the
 * model learns from each chunk once that is coded (prequential, Dawid 1984): the sum of {@code
 * -log2 p} over all tokens. A token that nobody predicts, as the first of each lane, costs as much
 * as if all ids were as likely.
 *
 * @param ofBytes bytes of the text that was coded
 * @param bytes that the code of it has
 */
public record CodeLength(long ofBytes, double bytes) {
  /** Of no text. */
  static final CodeLength NONE = new CodeLength(0, 0);

  /** Behind one more batch; the same if what it gave is not finite. */
  CodeLength plus(BatchCounts batch, BatchResult given, int ids) {
    if (!Double.isFinite(given.crossEntropy())) {
      return this;
    }
    int unpredicted = batch.newTokens() - given.targets();
    double nats = given.nats() + unpredicted * Math.log(ids);
    return new CodeLength(ofBytes + batch.newBytes(), bytes + BitsPerByte.bits(nats) / Byte.SIZE);
  }

  /** Bits of the code for each byte of the text; NaN of no text. */
  public double bitsPerByte() {
    return ofBytes == 0 ? Double.NaN : bytes * Byte.SIZE / ofBytes;
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(ofBytes);
    out.writeDouble(bytes);
  }

  static CodeLength read(DataInput in) throws IOException {
    return new CodeLength(in.readLong(), in.readDouble());
  }
}
