package io.flinklm.stream;

import io.flinklm.Blob;
import io.flinklm.lane.HiddenState;

/**
 * What training keeps of one stream between two of its chunks.
 *
 * @param time of the last chunk that it was trained on
 * @param hiddenState behind that
 */
public record StreamState(long time, HiddenState hiddenState) {
  private static final String KIND = "SHID";

  // Version 1: time, hidden state.
  private static final int VERSION = 1;

  /** All of it as a blob. */
  public byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        Long.BYTES + hiddenState.size(),
        out -> {
          out.writeLong(time);
          hiddenState.write(out);
        });
  }

  /** Reads what {@link #write} wrote. */
  public static StreamState read(byte[] blob) {
    return Blob.read(
        KIND, VERSION, blob, (in, version) -> new StreamState(in.readLong(), HiddenState.read(in)));
  }
}
