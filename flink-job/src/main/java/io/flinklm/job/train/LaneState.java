package io.flinklm.job.train;

import io.flinklm.Blob;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Front;
import io.flinklm.lane.HiddenState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * What the trainer keeps of one lane in a checkpoint.
 *
 * @param hiddenState null where the lane was in no batch yet
 * @param waiting chunks that are in no batch yet, in order
 * @param leftOut whether the lane is left out
 * @param front of all lanes; null before the first batch
 */
record LaneState(HiddenState hiddenState, List<Chunk> waiting, boolean leftOut, Front front) {
  private static final String KIND = "LANE";

  // Version 1: whether there is a hidden state, the hidden state, waiting chunks.
  // Version 2: the same, whether the lane is left out, whether there is a front, the front.
  // Version 3: the same with the bytes of each chunk.
  private static final int VERSION = 3;

  /** All of it as a blob. */
  byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeBoolean(hiddenState != null);
          if (hiddenState != null) {
            hiddenState.write(out);
          }
          out.writeInt(waiting.size());
          for (Chunk chunk : waiting) {
            chunk.write(out);
          }
          out.writeBoolean(leftOut);
          out.writeBoolean(front != null);
          if (front != null) {
            front.write(out);
          }
        });
  }

  /**
   * Reads what {@link #write} wrote, in this version or an older one.
   *
   * @param length bytes of a token, by id, for versions that do not have them
   */
  static LaneState read(byte[] blob, IntUnaryOperator length) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          HiddenState hiddenState = in.readBoolean() ? HiddenState.read(in) : null;
          List<Chunk> waiting = new ArrayList<>();
          for (int left = in.readInt(); left > 0; left--) {
            waiting.add(version > 2 ? Chunk.read(in) : Chunk.readWithoutBytes(in, length));
          }
          boolean leftOut = version > 1 && in.readBoolean();
          Front front = version > 1 && in.readBoolean() ? Front.read(in) : null;
          return new LaneState(hiddenState, waiting, leftOut, front);
        });
  }
}
