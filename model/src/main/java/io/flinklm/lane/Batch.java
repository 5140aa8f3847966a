package io.flinklm.lane;

import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The chunks with the same (segment, index) of all lanes that have one, in lane order. Among those
 * to be trained on may be late chunks of earlier places, which ride in it: a hidden state belongs
 * to a lane, so their places need not agree.
 *
 * @param segment of all chunks that do not ride
 * @param index of all chunks that do not ride
 * @param chunks one a lane, by ascending lane, all of the same length
 * @param streams for people the streams whose rows stand for lanes, one a chunk; none for lanes
 */
public record Batch(Segment segment, int index, List<Chunk> chunks, List<String> streams) {

  public Batch {
    chunks = List.copyOf(chunks);
    streams = List.copyOf(streams);
    if (chunks.isEmpty()) {
      throw new IllegalArgumentException("a batch has at least one chunk");
    }
    for (Chunk chunk : chunks) {
      if (chunk.length() != chunks.get(0).length()) {
        throw new IllegalArgumentException(
            "chunks of one batch have one length: "
                + chunk
                + " has "
                + chunk.length()
                + ", "
                + chunks.get(0)
                + " has "
                + chunks.get(0).length());
      }
    }
  }

  /** Chunks of lanes. */
  public Batch(Segment segment, int index, List<Chunk> chunks) {
    this(segment, index, chunks, List.of());
  }

  /** Some of its rows as a batch of their own. */
  public Batch rows(int from, int end) {
    return new Batch(
        segment,
        index,
        chunks.subList(from, end),
        streams.isEmpty() ? streams : streams.subList(from, end));
  }

  /** The rows of some of its lanes as a batch of their own; empty if it has none of them. */
  public Optional<Batch> ofLanes(IntPredicate wanted) {
    List<Chunk> theirs = chunks.stream().filter(chunk -> wanted.test(chunk.lane())).toList();
    return theirs.isEmpty() ? Optional.empty() : Optional.of(new Batch(segment, index, theirs));
  }

  /** Inputs a lane: T. */
  public int length() {
    return chunks.get(0).length();
  }

  /** Tokens that no earlier batch held. */
  public int newTokens() {
    return chunks.stream().mapToInt(Chunk::newTokens).sum();
  }

  /** Bytes of the tokens that no earlier batch held. */
  public int newBytes() {
    return chunks.stream().mapToInt(Chunk::newBytes).sum();
  }

  /** Bytes of each lane's last targets: of its last one, or of all. */
  public long bytesOfLastTargets(int time) {
    if (time != 1 && time != length()) {
      throw new IllegalArgumentException(time + " of " + length() + " targets");
    }
    boolean all = time == length();
    return chunks.stream()
        .map(Chunk::bytes)
        .mapToLong(bytes -> all ? bytes.targets() : bytes.last())
        .sum();
  }

  /** Lanes of the chunks, ascending. */
  public int[] lanes() {
    return chunks.stream().mapToInt(Chunk::lane).toArray();
  }

  /** Token ids of the inputs, {@code [batch, time]}, row by row. */
  public long[] inputs() {
    return columns(0, length());
  }

  /** Token ids of each lane's last targets, {@code [batch, time]}, row by row. */
  public long[] lastTargets(int time) {
    return columns(length() + 1 - time, time);
  }

  private long[] columns(int from, int time) {
    long[] ids = new long[chunks.size() * time];
    int next = 0;
    for (Chunk chunk : chunks) {
      for (int t = 0; t < time; t++) {
        ids[next++] = chunk.tokens()[from + t];
      }
    }
    return ids;
  }
}
