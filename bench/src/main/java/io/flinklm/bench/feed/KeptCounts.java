package io.flinklm.bench.feed;

import io.flinklm.Blob;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Front;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@link CountBatches} keeps in a checkpoint. The clocks are those of the process, so it is of
 * use only to a job that goes on in the same one.
 *
 * @param begun whether there was a chunk or a refusal
 * @param beginWall what the wall's clock showed then
 * @param beginProcess what the process's clock showed then
 * @param thread processor time of the threads that would have trained, up to the checkpoint
 * @param chunks that came
 * @param mostWaiting the most chunks that waited at one time
 * @param batches made
 * @param tokens in batches
 * @param refused tokens
 * @param front of the batches; empty before the first
 * @param waiting chunks that are in no batch yet, those of each lane in order
 */
record KeptCounts(
    boolean begun,
    long beginWall,
    long beginProcess,
    long thread,
    long chunks,
    long mostWaiting,
    long batches,
    long tokens,
    long refused,
    Optional<Front> front,
    List<Chunk> waiting) {
  private static final String KIND = "FEED";

  // Version 1: what is above, in the order from above.
  private static final int VERSION = 1;

  /** All of it as a blob. */
  byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeBoolean(begun);
          out.writeLong(beginWall);
          out.writeLong(beginProcess);
          out.writeLong(thread);
          out.writeLong(chunks);
          out.writeLong(mostWaiting);
          out.writeLong(batches);
          out.writeLong(tokens);
          out.writeLong(refused);
          out.writeBoolean(front.isPresent());
          if (front.isPresent()) {
            front.get().write(out);
          }
          out.writeInt(waiting.size());
          for (Chunk chunk : waiting) {
            chunk.write(out);
          }
        });
  }

  /** Reads what {@link #write} wrote. */
  static KeptCounts read(byte[] blob) {
    return Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          boolean begun = in.readBoolean();
          long beginWall = in.readLong();
          long beginProcess = in.readLong();
          long thread = in.readLong();
          long chunks = in.readLong();
          long mostWaiting = in.readLong();
          long batches = in.readLong();
          long tokens = in.readLong();
          long refused = in.readLong();
          Optional<Front> front = in.readBoolean() ? Optional.of(Front.read(in)) : Optional.empty();
          List<Chunk> waiting = new ArrayList<>();
          for (int left = in.readInt(); left > 0; left--) {
            waiting.add(Chunk.read(in));
          }
          return new KeptCounts(
              begun,
              beginWall,
              beginProcess,
              thread,
              chunks,
              mostWaiting,
              batches,
              tokens,
              refused,
              front,
              waiting);
        });
  }
}
