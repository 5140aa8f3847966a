package io.flinklm.stream;

import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Segment;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Chunks of different streams that make one step.
 *
 * @param number of batches before it
 * @param rows one chunk of a stream, in the order in which they took their rows
 */
public record StreamBatch(long number, List<StreamChunk> rows) {

  public StreamBatch {
    rows = List.copyOf(rows);
  }

  /** The same as training takes it: the row of a stream stands for a lane. */
  public Batch batch() {
    List<Chunk> chunks =
        IntStream.range(0, rows.size()).mapToObj(row -> rows.get(row).inRow(row)).toList();
    List<String> names = rows.stream().map(row -> StreamName.legible(row.stream())).toList();
    return new Batch(Segment.FIRST, Math.toIntExact(number), chunks, names);
  }

  /** The rows of some of its streams, which may be none, at the same place. */
  public StreamBatch ofStreams(Predicate<String> wanted) {
    return new StreamBatch(number, rows.stream().filter(row -> wanted.test(row.stream())).toList());
  }
}
