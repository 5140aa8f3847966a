package io.flinklm.stream;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The rule by which chunks of streams become batches: a fold over the chunks in the order of time,
 * stream and index. It knows no clock and no order of arrival, but for late chunks.
 *
 * <p>One batch is open. The next chunk takes a row of it if its stream has none there, else it is
 * deferred. The batch goes
 *
 * <ol>
 *   <li>when it has all of its rows;
 *   <li>when event time passes its deadline, which is the time-out after it has its first row: what
 *       is later than the deadline belongs to the next batch;
 *   <li>when as many chunks are deferred as a batch has rows.
 * </ol>
 *
 * <p>The next one begins with the deferred chunks, in their order, each stream's first. They never
 * fill it: fewer are left than it has rows, or, where as many are, all of them are of streams that
 * had a row in the batch that went, which was not full.
 *
 * <p><b>The bound.</b> A chunk before which k chunks of its own stream wait is trained in the
 * (k+1)-th batch to go from then on: each batch begins with the first waiting chunk of each stream,
 * and no other stream can take that row. One of them has a row, the others are deferred; with the
 * chunk itself these are no more than a batch has rows, since at that many the batch goes. So k is
 * at most the number of rows, and 0 for a stream of which nothing waits: it is in the next batch,
 * however fast others are.
 *
 * <p>A chunk whose time has passed when it comes is late. It takes its place among what waits, in
 * the same order, and the deadline of a batch that begins with it counts from the time that has
 * passed. Not thread safe.
 */
public final class StreamBatches {
  private final int size;
  private final long timeout;
  private final TreeSet<StreamChunk> ahead = new TreeSet<>();
  private final Map<String, StreamChunk> open = new LinkedHashMap<>();
  private final TreeSet<StreamChunk> deferred = new TreeSet<>();
  private long passed = Long.MIN_VALUE;
  private long went = Long.MIN_VALUE;
  private long latest = Long.MIN_VALUE;
  private long deadline;
  private long count;
  private long late;

  /**
   * Before the first chunk.
   *
   * @param size rows of a full batch
   * @param timeout milliseconds of event time for which a batch waits to be full
   */
  public StreamBatches(int size, long timeout) {
    this.size = size;
    this.timeout = timeout;
  }

  /**
   * Takes a chunk, behind those of its stream that came before.
   *
   * @param batches takes what becomes ready by it, which is nothing unless the chunk is late
   */
  void add(StreamChunk chunk, Consumer<StreamBatch> batches) {
    if (chunk.time() > passed) {
      ahead.add(chunk);
    } else {
      late++;
      take(chunk, passed, batches);
    }
  }

  /**
   * Learns that all chunks up to a time have come, but for late ones. At the last time there is,
   * all become batches.
   *
   * @param batches takes what becomes ready by it
   */
  void pass(long time, Consumer<StreamBatch> batches) {
    while (!ahead.isEmpty() && ahead.first().time() <= time) {
      // Until its turn it is among those that are expected.
      goOverdue(ahead.first().time() - 1, batches);
      StreamChunk next = ahead.pollFirst();
      take(next, next.time(), batches);
    }
    if (time > passed) {
      passed = time;
      goOverdue(time, batches);
    }
  }

  private void goOverdue(long now, Consumer<StreamBatch> batches) {
    while (!open.isEmpty() && deadline <= now) {
      go(deadline, batches);
    }
  }

  private void take(StreamChunk chunk, long now, Consumer<StreamBatch> batches) {
    latest = Math.max(latest, chunk.time());
    if (open.containsKey(chunk.stream())) {
      deferred.add(chunk);
    } else {
      if (open.isEmpty()) {
        deadline = EventTime.after(Math.max(now, went), timeout);
      }
      open.put(chunk.stream(), chunk);
    }
    if (open.size() == size || deferred.size() == size) {
      go(now, batches);
    }
  }

  private void go(long now, Consumer<StreamBatch> batches) {
    StreamBatch batch = new StreamBatch(count, List.copyOf(open.values()));
    count++;
    went = Math.max(went, now);
    open.clear();
    for (Iterator<StreamChunk> waiting = deferred.iterator(); waiting.hasNext(); ) {
      StreamChunk chunk = waiting.next();
      if (open.putIfAbsent(chunk.stream(), chunk) == null) {
        waiting.remove();
      }
    }
    deadline = EventTime.after(went, timeout);
    batches.accept(batch);
  }

  /** The time before which nothing waits; the earliest there is before the first chunk. */
  long settled() {
    long earliest = deferred.isEmpty() ? latest : Math.min(latest, deferred.first().time());
    return open.values().stream().mapToLong(StreamChunk::time).reduce(earliest, Math::min);
  }

  /** The streams that will likely have a row of the next batches: two batches of them at most. */
  public Set<String> expected() {
    // Whose chunk is deferred has a row of the open batch.
    Set<String> streams = new LinkedHashSet<>(open.keySet());
    for (StreamChunk chunk : ahead) {
      if (streams.size() >= 2 * size) {
        break;
      }
      streams.add(chunk.stream());
    }
    return streams;
  }

  /**
   * The time behind which the next batch goes, though it may be full before; the latest there is
   * where nothing waits.
   */
  public long due() {
    return open.isEmpty() ? ahead.isEmpty() ? Long.MAX_VALUE : ahead.first().time() : deadline;
  }

  /** The time up to which all chunks have come; the earliest there is where none is known. */
  public long passed() {
    return passed;
  }

  /** How many chunks are in no batch yet. */
  public int waiting() {
    return ahead.size() + open.size() + deferred.size();
  }

  /** How many chunks of those that came were late. */
  public long late() {
    return late;
  }

  void write(DataOutput out) throws IOException {
    for (long number : new long[] {passed, went, latest, deadline, count, late}) {
      out.writeLong(number);
    }
    for (Collection<StreamChunk> chunks : List.of(ahead, open.values(), deferred)) {
      out.writeInt(chunks.size());
      for (StreamChunk chunk : chunks) {
        chunk.write(out);
      }
    }
  }

  /** How one chunk is read. */
  @FunctionalInterface
  interface ChunkReader {
    StreamChunk read(DataInput in) throws IOException;
  }

  /** Goes on from what {@link #write} wrote; to be called before the first chunk. */
  void read(DataInput in, ChunkReader reader) throws IOException {
    passed = in.readLong();
    went = in.readLong();
    latest = in.readLong();
    deadline = in.readLong();
    count = in.readLong();
    late = in.readLong();
    read(in, reader, ahead::add);
    read(in, reader, chunk -> open.put(chunk.stream(), chunk));
    read(in, reader, deferred::add);
  }

  private static void read(DataInput in, ChunkReader reader, Consumer<StreamChunk> into)
      throws IOException {
    for (int left = in.readInt(); left > 0; left--) {
      into.accept(reader.read(in));
    }
  }
}
