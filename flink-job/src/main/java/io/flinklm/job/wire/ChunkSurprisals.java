package io.flinklm.job.wire;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Windows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * How little the model expected the tokens of a chunk, before it was trained on them.
 *
 * @param run of text that the chunk is of
 * @param from position in the run of the first token here
 * @param tokens ids
 * @param nats surprisal of each token, {@code -log p}
 * @param step steps that the weights had done
 */
public record ChunkSurprisals(TextRun run, long from, int[] tokens, float[] nats, long step)
    implements ScoreEvent {

  /**
   * Those of a batch, chunk by chunk.
   *
   * @param cut how text was cut into the chunks
   * @param runs of text that the chunk of a row is of
   * @param nats of all targets, or of each chunk's last ones, row by row
   */
  public static List<ChunkSurprisals> of(
      Batch batch, Windows cut, IntFunction<TextRun> runs, float[] nats, long step) {
    List<ChunkSurprisals> all = new ArrayList<>();
    int size = nats.length / batch.chunks().size();
    for (int row = 0; row < batch.chunks().size(); row++) {
      Chunk chunk = batch.chunks().get(row);
      int first = chunk.tokens().length - size;
      all.add(
          new ChunkSurprisals(
              runs.apply(row),
              (long) chunk.index() * cut.stride() + first,
              Arrays.copyOfRange(chunk.tokens(), first, chunk.tokens().length),
              Arrays.copyOfRange(nats, row * size, (row + 1) * size),
              step));
    }
    return all;
  }

  @Override
  public TextOwner owner() {
    return run.owner();
  }
}
