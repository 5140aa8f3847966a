package io.flinklm.job.wire;

import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import io.flinklm.replica.Round;

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
   * @param state the piece of its weights; empty where it tells none
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
      byte[] state)
      implements ReplicaMessage {
    private static final String KIND = "RPLC";

    // Version 1: the fields in their order, the state as its length and bytes.
    private static final int VERSION = 1;

    /** The value of its record in the topic, with a checksum. */
    public byte[] toBytes() {
      return Blob.write(
          KIND,
          VERSION,
          out -> {
            out.writeUTF(attempt);
            out.writeInt(replica);
            round.write(out);
            out.writeInt(steps);
            out.writeLong(step);
            next.write(out);
            out.writeInt(index);
            out.writeInt(count);
            out.writeInt(state.length);
            out.write(state);
          });
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws RefusedException if it is none, or damaged
     */
    public static Piece parse(byte[] value) {
      return Blob.read(
          KIND,
          VERSION,
          value,
          (in, version) ->
              new Piece(
                  in.readUTF(),
                  in.readInt(),
                  Round.read(in),
                  in.readInt(),
                  in.readLong(),
                  Round.read(in),
                  in.readInt(),
                  in.readInt(),
                  in.readNBytes(in.readInt())));
    }
  }
}
