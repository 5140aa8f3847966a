package io.flinklm.job.wire;

import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import io.flinklm.replica.Round;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What replicas learn of each other, by way of the topic {@code replicas}: a replica's publication
 * in pieces, and before all of them the attempt that they belong to.
 */
public sealed interface ReplicaMessage {

  /**
   * The job has started, for the first time or anew: what replicas told before that counts no more,
   * and each of them tells once more what the others may not have heard.
   *
   * @param name of this start, which no other has
   */
  record Attempt(String name) implements ReplicaMessage {}

  /**
   * A piece of what a replica tells.
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
  record Piece(
      String attempt,
      int replica,
      Round round,
      int steps,
      long step,
      Round next,
      int index,
      int count,
      ByteBuffer state)
      implements ReplicaMessage {
    private static final String KIND = "RPLC";

    // Version 1: the fields in their order, the state as its length and bytes.
    private static final int VERSION = 1;

    private static final int PART = 64 * 1024;
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    /** The value of its record in the topic, with a checksum. */
    public byte[] toBytes() {
      return Blob.write(
          KIND,
          VERSION,
          Blob.count(this::writeBeforeState) + state.remaining(),
          out -> {
            writeBeforeState(out);
            writeState(out);
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
      out.writeInt(state.remaining());
    }

    // It may lie in the engine's memory, out of which it goes in parts that a cache holds.
    private void writeState(DataOutput out) throws IOException {
      ByteBuffer left = state.duplicate();
      byte[] part = new byte[Math.min(PART, left.remaining())];
      while (left.hasRemaining()) {
        int length = Math.min(part.length, left.remaining());
        left.get(part, 0, length);
        out.write(part, 0, length);
      }
    }

    private static Piece readBeforeState(DataInput in, ByteBuffer state) throws IOException {
      return new Piece(
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

    private Piece with(ByteBuffer other) {
      return new Piece(attempt, replica, round, steps, step, next, index, count, other);
    }

    /** Writes it for another operator: as in the topic, without what is there against damage. */
    void write(DataOutput out) throws IOException {
      writeBeforeState(out);
      if (state.hasArray()) {
        out.write(state.array(), state.arrayOffset() + state.position(), state.remaining());
      } else {
        writeState(out);
      }
    }

    /** Reads what {@link #write} wrote. */
    static Piece read(DataInput in) throws IOException {
      Piece piece = readBeforeState(in, NONE);
      byte[] state = new byte[in.readInt()];
      in.readFully(state);
      return piece.with(ByteBuffer.wrap(state));
    }

    /**
     * Reads what {@link #toBytes} wrote; its weights stay where they are.
     *
     * @throws RefusedException if it is none, or damaged
     */
    public static Piece parse(byte[] value) {
      return Blob.read(
          KIND,
          VERSION,
          value,
          (in, version) -> {
            Piece piece = readBeforeState(in, NONE);
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
}
