package io.flinklm.job.wire;

import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import io.flinklm.replica.Round;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A piece of what a replica tells: a record of the topic through which they hear each other.
 *
 * @param attempt in which it was told
 * @param replica who it is
 * @param round that it leaves
 * @param steps that it took in it
 * @param step steps done behind it
 * @param next the round that it is in now, at the earliest
 * @param index of the piece, from 0
 * @param count of the pieces
 * @param state the piece of its weights, which whoever gave it may overwrite soon; empty where it
 *     tells none
 */
public record ReplicaPiece(
    String attempt,
    int replica,
    Round round,
    int steps,
    long step,
    Round next,
    int index,
    int count,
    ByteBuffer state) {
  private static final String KIND = "RPLC";

  // Version 1: the fields in their order, the state as its length and bytes.
  private static final int VERSION = 1;

  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  /** The value of its record in the topic, with a checksum. */
  public byte[] toBytes() {
    return Blob.write(
        KIND,
        VERSION,
        Blob.count(this::writeBeforeState) + Integer.BYTES + state.remaining(),
        out -> {
          writeBeforeState(out);
          EventParts.write(state, out);
        });
  }

  private void writeBeforeState(DataOutput out) throws IOException {
    out.writeUTF(attempt);
    out.writeInt(replica);
    round.write(out);
    out.writeInt(steps);
    out.writeLong(step);
    next.write(out);
    out.writeInt(index);
    out.writeInt(count);
  }

  private static ReplicaPiece readBeforeState(DataInput in, ByteBuffer state) throws IOException {
    return new ReplicaPiece(
        in.readUTF(),
        in.readInt(),
        Round.read(in),
        in.readInt(),
        in.readLong(),
        Round.read(in),
        in.readInt(),
        in.readInt(),
        state);
  }

  private ReplicaPiece with(ByteBuffer other) {
    return new ReplicaPiece(attempt, replica, round, steps, step, next, index, count, other);
  }

  /**
   * Reads what {@link #toBytes} wrote; its weights stay where they are.
   *
   * @throws RefusedException if it is none, or damaged
   */
  public static ReplicaPiece parse(byte[] value) {
    return Blob.read(
        KIND,
        VERSION,
        value,
        (in, version) -> {
          ReplicaPiece piece = readBeforeState(in, NONE);
          int length = in.readInt();
          if (length != in.available()) {
            throw new RefusedException(
                "%s: %d bytes of weights were written, %d are here"
                    .formatted(KIND, length, in.available()));
          }
          in.skipNBytes(length);
          return piece.with(ByteBuffer.wrap(value, value.length - length, length).slice());
        });
  }
}
