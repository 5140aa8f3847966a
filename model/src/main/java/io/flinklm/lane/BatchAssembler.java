package io.flinklm.lane;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes batches of the chunks that lanes deliver, by (segment, index, lane) and never by the time
 * of arrival. The next batch is known when every lane has a chunk waiting: the lanes whose first
 * waiting chunk is the earliest form it, and the others are past it. At the end of input a lane
 * without a chunk is done and no longer waited for. Not thread safe.
 */
public final class BatchAssembler {
  private static final Comparator<Chunk> ORDER =
      Comparator.comparing(Chunk::segment).thenComparingInt(Chunk::index);

  private final List<ArrayDeque<Chunk>> waiting;
  private final Chunk[] newest;
  private int silentLanes;

  /** For the lanes 0 to {@code lanes - 1}, none of which has a chunk yet. */
  public BatchAssembler(int lanes) {
    waiting = IntStream.range(0, lanes).mapToObj(lane -> new ArrayDeque<Chunk>()).toList();
    newest = new Chunk[lanes];
    silentLanes = lanes;
  }

  /**
   * Adds a chunk behind its lane's others.
   *
   * @throws IllegalArgumentException if it does not come after all that the lane has delivered
   */
  public void add(Chunk chunk) {
    Chunk before = newest[chunk.lane()];
    if (before != null && ORDER.compare(before, chunk) >= 0) {
      throw new IllegalArgumentException(chunk + " came after " + before);
    }
    ArrayDeque<Chunk> lane = waiting.get(chunk.lane());
    if (lane.isEmpty()) {
      silentLanes--;
    }
    lane.add(chunk);
    newest[chunk.lane()] = chunk;
  }

  /** The next batch, if every lane has a chunk waiting. */
  public Optional<Batch> next() {
    return silentLanes == 0 ? nextOfWaiting() : Optional.empty();
  }

  /** The next batch of those lanes that have a chunk waiting; empty if none has. */
  public Optional<Batch> nextOfWaiting() {
    Chunk first = null;
    for (ArrayDeque<Chunk> lane : waiting) {
      Chunk head = lane.peekFirst();
      if (head != null && (first == null || ORDER.compare(head, first) < 0)) {
        first = head;
      }
    }
    return first == null ? Optional.empty() : Optional.of(take(first));
  }

  private Batch take(Chunk first) {
    List<Chunk> chunks = new ArrayList<>();
    for (ArrayDeque<Chunk> lane : waiting) {
      Chunk head = lane.peekFirst();
      if (head != null && ORDER.compare(head, first) == 0) {
        chunks.add(lane.removeFirst());
        if (lane.isEmpty()) {
          silentLanes++;
        }
      }
    }
    return new Batch(first.segment(), first.index(), chunks);
  }

  /** Lanes that no chunk waits for, that is the lanes that the next batch is waiting for. */
  public int silentLanes() {
    return silentLanes;
  }

  /** Chunks of a lane that are in no batch yet, in order. */
  public List<Chunk> waiting(int lane) {
    return List.copyOf(waiting.get(lane));
  }

  /** Chunks of all lanes that are in no batch yet. */
  public int waitingChunks() {
    return waiting.stream().mapToInt(ArrayDeque::size).sum();
  }
}
