package io.flinklm.job.models;

import io.flinklm.Blob;

/**
 * The weights that expected the validation text best in a training so far.
 *
 * @param loss of them on that text; infinite before the first evaluation
 * @param step after which they were taken
 * @param safetensors the parameters as a safetensors file, a tied matrix once; empty where nobody
 *     is to be answered with them
 */
public record BestWeights(double loss, long step, byte[] safetensors) {
  /** Before the first evaluation. */
  public static final BestWeights NONE = new BestWeights(Double.POSITIVE_INFINITY, 0, new byte[0]);

  private static final String KIND = "BEST";

  // Version 1: loss, step, length of the file, the file.
  private static final int VERSION = 1;

  /** Whether the weights themselves are here. */
  public boolean areHere() {
    return safetensors.length > 0;
  }

  /** The state as bytes. */
  public byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        Double.BYTES + Long.BYTES + Integer.BYTES + safetensors.length,
        out -> {
          out.writeDouble(loss);
          out.writeLong(step);
          out.writeInt(safetensors.length);
          out.write(safetensors);
        });
  }

  /** Reads what {@link #write} wrote. */
  public static BestWeights read(byte[] blob) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) ->
            new BestWeights(in.readDouble(), in.readLong(), in.readNBytes(in.readInt())));
  }
}
