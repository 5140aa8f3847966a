package io.flinklm.lane;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Makes batches of the chunks that lanes deliver, by (segment, index, lane) and never by the time
 * of arrival. The next batch is known when every lane has a chunk waiting: the lanes whose first
 * waiting chunk is the earliest form it, and the others are past it. At the end of input a lane
 * without a chunk is done and no longer waited for.
 *
 * <p>A lane may be left out: batches no longer wait for it. Chunks that it delivers behind the
 * front are late. Late chunks that are trained on ride in the batches of the others, one of each
 * such lane, since a batch of its own would be a step for a little text alone. Late ones that are
 * only evaluated take no step and make batches at once. With a chunk at the front or ahead of it
 * the lane has caught up and is taken back: it is waited for again. Not thread safe.
 */
public final class BatchAssembler {
  private final int firstLane;
  private final int step;
  private final List<ArrayDeque<Chunk>> waiting;
  private final Chunk[] newest;
  private final BitSet leftOut = new BitSet();
  private Front front;
  private int lanesAwaited;

  // The lanes whose first waiting chunk is late and only evaluated.
  private final BitSet lateValid = new BitSet();

  /** For the lanes 0 to {@code lanes - 1}, none of which has a chunk yet. */
  public BatchAssembler(int laneCount) {
    this(0, 1, laneCount);
  }

  /**
   * For lanes that lie evenly among others, none of which has a chunk yet.
   *
   * @param firstLane the first of them
   * @param step from each to the next
   * @param laneCount how many they are
   */
  public BatchAssembler(int firstLane, int step, int laneCount) {
    this.firstLane = firstLane;
    this.step = step;
    waiting = IntStream.range(0, laneCount).mapToObj(lane -> new ArrayDeque<Chunk>()).toList();
    newest = new Chunk[laneCount];
    lanesAwaited = laneCount;
  }

  /**
   * Adds a chunk behind its lane's others.
   *
   * @throws IllegalArgumentException if it does not come after all that the lane has delivered
   */
  public void add(Chunk chunk) {
    Chunk before = newest[index(chunk.lane())];
    if (before != null && compare(before, chunk) >= 0) {
      throw new IllegalArgumentException(chunk + " came after " + before);
    }
    ArrayDeque<Chunk> lane = waiting.get(index(chunk.lane()));
    if (lane.isEmpty() && !leftOut.get(index(chunk.lane()))) {
      lanesAwaited--;
    }
    lane.add(chunk);
    newest[index(chunk.lane())] = chunk;
    noteFirst(chunk.lane());
    if (front == null || compareToFront(chunk) >= 0) {
      leftOut.clear(index(chunk.lane()));
    }
  }

  /** The next batch, if every lane has a chunk waiting that is not left out, or one is late. */
  public Optional<Batch> next() {
    return lanesAwaited == 0 || !lateValid.isEmpty() ? nextOfWaiting() : Optional.empty();
  }

  /** The next batch of those lanes that have a chunk waiting; empty if none has. */
  public Optional<Batch> nextOfWaiting() {
    if (!lateValid.isEmpty()) {
      Chunk first = earliest(head -> lateValid.get(index(head.lane())));
      return Optional.of(take(first, head -> compare(head, first) == 0));
    }
    Chunk first = earliest(head -> !isLate(head));
    if (first == null) {
      Chunk late = earliest(head -> true);
      return late == null ? Optional.empty() : Optional.of(take(late, head -> true));
    }
    boolean train = first.segment().split() == Split.TRAIN;
    return Optional.of(take(first, head -> compare(head, first) == 0 || (train && isLate(head))));
  }

  private Chunk earliest(Predicate<Chunk> among) {
    Chunk first = null;
    for (ArrayDeque<Chunk> lane : waiting) {
      Chunk head = lane.peekFirst();
      if (head != null && among.test(head) && (first == null || compare(head, first) < 0)) {
        first = head;
      }
    }
    return first;
  }

  private Batch take(Chunk first, Predicate<Chunk> isIn) {
    List<Chunk> chunks = new ArrayList<>();
    for (ArrayDeque<Chunk> lane : waiting) {
      Chunk head = lane.peekFirst();
      if (head != null && isIn.test(head)) {
        chunks.add(lane.removeFirst());
        if (lane.isEmpty() && !leftOut.get(index(head.lane()))) {
          lanesAwaited++;
        }
      }
    }
    if (!isLate(first)) {
      front = Front.at(first);
    }
    chunks.forEach(chunk -> noteFirst(chunk.lane()));
    return new Batch(first.segment(), first.index(), chunks);
  }

  private int index(int lane) {
    return (lane - firstLane) / step;
  }

  private void noteFirst(int lane) {
    Chunk head = waiting.get(index(lane)).peekFirst();
    lateValid.set(
        index(lane), head != null && head.segment().split() == Split.VALID && isLate(head));
  }

  private boolean isLate(Chunk chunk) {
    return front != null && compareToFront(chunk) <= 0;
  }

  private int compareToFront(Chunk chunk) {
    return compare(chunk.segment(), chunk.index(), front.segment(), front.index());
  }

  private static int compare(Chunk one, Chunk other) {
    return compare(one.segment(), one.index(), other.segment(), other.index());
  }

  private static int compare(Segment segment, int index, Segment otherSegment, int otherIndex) {
    int order = segment.compareTo(otherSegment);
    return order != 0 ? order : Integer.compare(index, otherIndex);
  }

  /**
   * Whether text waits that is ahead of the front, so that silent lanes hold it back. Late text
   * alone is not held back by anybody: it rides when the others go on.
   */
  public boolean isHeldBack() {
    return IntStream.range(0, waiting.size())
        .anyMatch(lane -> !waiting.get(lane).isEmpty() && !isLate(newest[lane]));
  }

  /** How many lanes the next batch is waiting for. */
  public int lanesAwaited() {
    return lanesAwaited;
  }

  /** The lanes that the next batch is waiting for, ascending. */
  public List<Integer> awaited() {
    return IntStream.range(0, waiting.size())
        .filter(index -> waiting.get(index).isEmpty() && !leftOut.get(index))
        .mapToObj(index -> firstLane + index * step)
        .toList();
  }

  /**
   * Leaves out a lane that is awaited.
   *
   * @throws IllegalArgumentException if it is not
   */
  public void leaveOut(int lane) {
    if (leftOut.get(index(lane)) || !waiting.get(index(lane)).isEmpty()) {
      throw new IllegalArgumentException("lane " + lane + " is not awaited");
    }
    leftOut.set(index(lane));
    lanesAwaited--;
  }

  /** Whether a lane is left out. */
  public boolean isLeftOut(int lane) {
    return leftOut.get(index(lane));
  }

  /** How far batches have come; empty before the first. */
  public Optional<Front> front() {
    return Optional.ofNullable(front);
  }

  /** Goes on behind a batch that was made before; to be called before the first chunk. */
  public void goOnFrom(Front other) {
    front = other;
  }

  /** Chunks of a lane that are in no batch yet, in order. */
  public List<Chunk> waiting(int lane) {
    return List.copyOf(waiting.get(index(lane)));
  }

  /** How many batches wait that have a chunk of every lane that is not left out, about. */
  public int wholeBatches() {
    return IntStream.range(0, waiting.size())
        .filter(index -> !leftOut.get(index))
        .map(index -> waiting.get(index).size())
        .min()
        .orElse(0);
  }

  /** Chunks of all lanes that are in no batch yet. */
  public int waitingChunks() {
    return waiting.stream().mapToInt(ArrayDeque::size).sum();
  }
}
