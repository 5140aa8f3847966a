package io.flinklm.job.score;

import io.flinklm.job.wire.ChunkSurprisals;
import io.flinklm.job.wire.TextRun;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A token of which the model said how little it expected it.
 *
 * @param run of text that it is of
 * @param position in the run
 * @param id of the token
 * @param nats its surprisal
 * @param step steps that the weights had done
 */
record ScoredToken(TextRun run, long position, int id, float nats, long step) {

  /** Those of a chunk, in order. */
  static List<ScoredToken> of(ChunkSurprisals chunk) {
    return IntStream.range(0, chunk.tokens().length)
        .mapToObj(
            i ->
                new ScoredToken(
                    chunk.run(),
                    chunk.from() + i,
                    chunk.tokens()[i],
                    chunk.nats()[i],
                    chunk.step()))
        .toList();
  }

  boolean isBefore(TextRun other, long place) {
    int order = run.compareTo(other);
    return order < 0 || (order == 0 && position < place);
  }

  void write(DataOutput out) throws IOException {
    run.write(out);
    out.writeLong(position);
    out.writeInt(id);
    out.writeFloat(nats);
    out.writeLong(step);
  }

  static ScoredToken read(TextRun run, DataInput in) throws IOException {
    return new ScoredToken(run, in.readLong(), in.readInt(), in.readFloat(), in.readLong());
  }
}
