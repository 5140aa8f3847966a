package io.flinklm.lane;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a recurrent network remembers of one lane between two chunks, outside the engine: {@code (h,
 * c)} of an LSTM, {@code (h)} of a plain RNN or a GRU, nothing where the model has no memory.
 *
 * @param parts each {@code [layers, hidden]}, row by row
 */
public record HiddenState(List<float[]> parts) {

  public HiddenState {
    parts = List.copyOf(parts);
  }

  /** Whether it holds neither NaN nor infinity. */
  public boolean isFinite() {
    for (float[] part : parts) {
      for (float value : part) {
        if (!Float.isFinite(value)) {
          return false;
        }
      }
    }
    return true;
  }

  /** How many bytes {@link #write} writes. */
  public int size() {
    int size = Integer.BYTES;
    for (float[] part : parts) {
      size += Integer.BYTES + part.length * Float.BYTES;
    }
    return size;
  }

  /** Writes all of it. */
  public void write(DataOutput out) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(size());
    bytes.putInt(parts.size());
    for (float[] part : parts) {
      bytes.putInt(part.length);
      bytes.asFloatBuffer().put(part);
      bytes.position(bytes.position() + part.length * Float.BYTES);
    }
    out.write(bytes.array());
  }

  /** Reads what {@link #write} wrote. */
  public static HiddenState read(DataInput in) throws IOException {
    List<float[]> parts = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      float[] part = new float[in.readInt()];
      byte[] bytes = new byte[part.length * Float.BYTES];
      in.readFully(bytes);
      ByteBuffer.wrap(bytes).asFloatBuffer().get(part);
      parts.add(part);
    }
    return new HiddenState(parts);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HiddenState that
        && Arrays.deepEquals(parts.toArray(), that.parts.toArray());
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(parts.toArray());
  }
}
