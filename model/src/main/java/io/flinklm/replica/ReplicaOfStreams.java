package io.flinklm.replica;

import io.flinklm.Blob;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;
import io.flinklm.stream.StreamBatch;
import io.flinklm.stream.StreamEnd;
import io.flinklm.stream.StreamRows;
import io.flinklm.stream.StreamStates;
import io.flinklm.stream.StreamTurn;
import io.flinklm.train.Taken;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A replica that trains on streams. It hears of every batch of all replicas, also where none of its
 * streams has a row of it: so rounds are those of the batches' numbers, and a replica waits for
 * nobody's text. Not thread safe.
 */
public final class ReplicaOfStreams implements ReplicaWithText {
  private static final String KIND = "RSTR";

  // Version 1: the turns that wait.
  private static final int VERSION = 1;

  private final Replica replica;
  private final StreamStates states;
  private final StreamRows rows;
  private final Events events;
  private final ArrayDeque<StreamTurn> waiting = new ArrayDeque<>();
  private Turn next;

  // Counted as they come and go, since gauges ask for it on threads of their own.
  private final AtomicInteger chunksWaiting = new AtomicInteger();

  /** Who is told of what lies between batches, when it is its turn. */
  public interface Events {
    /** Counts what will not be trained on. */
    void refuse(int replica, Refusal refusal);

    /** Training has come past the end of a stream. */
    void ended(StreamEnd end);
  }

  /**
   * A replica for which nothing waits.
   *
   * @param states of its streams
   */
  public ReplicaOfStreams(Replica replica, StreamStates states, Events events) {
    this.replica = replica;
    this.states = states;
    this.rows = new StreamRows(states, replica.trainer());
    this.events = events;
  }

  /** Takes what comes next, behind what came before. */
  public void add(StreamTurn turn) {
    append(turn);
    if (waiting.size() == 1) {
      expect();
    }
  }

  private void append(StreamTurn turn) {
    waiting.add(turn);
    if (turn instanceof StreamTurn.Rows of) {
      chunksWaiting.addAndGet(of.batch().rows().size());
    }
  }

  @Override
  public Replica replica() {
    return replica;
  }

  @Override
  public Optional<Turn> next(boolean ended) {
    while (!waiting.isEmpty()) {
      StreamTurn turn = waiting.getFirst();
      if (turn instanceof StreamTurn.Rows of) {
        // Asked for at whatever comes while it waits for others.
        if (next == null) {
          next = turn(of.batch());
        }
        return Optional.of(next);
      }
      waiting.removeFirst();
      if (turn instanceof StreamTurn.Ended of) {
        rows.end(of.end());
        events.ended(of.end());
      } else if (turn instanceof StreamTurn.Refused of) {
        events.refuse(replica.number(), of.refusal());
      }
    }
    return Optional.empty();
  }

  private static Turn turn(StreamBatch batch) {
    return new Turn(
        Segment.FIRST,
        Math.toIntExact(batch.number()),
        batch.rows().isEmpty() ? Optional.empty() : Optional.of(batch.batch()));
  }

  /** The rows of its turn. */
  public StreamBatch rows() {
    return ((StreamTurn.Rows) waiting.getFirst()).batch();
  }

  @Override
  public void start() {
    rows.start(rows());
  }

  @Override
  public Taken take() {
    StreamBatch batch = rows();
    Batch taking = next.rows().orElseThrow();
    pass();
    chunksWaiting.addAndGet(-batch.rows().size());
    // While the engine computes, the states of the next rows are looked for.
    expect();
    Taken taken = replica.take(taking);
    rows.keep(batch);
    return taken;
  }

  private void expect() {
    states.expect(
        waiting.stream()
            .filter(StreamTurn.Rows.class::isInstance)
            .map(turn -> ((StreamTurn.Rows) turn).batch())
            .filter(batch -> !batch.rows().isEmpty())
            .findFirst()
            .map(
                batch -> batch.rows().stream().map(row -> row.stream()).collect(Collectors.toSet()))
            .orElse(Set.of()));
  }

  @Override
  public void pass() {
    waiting.removeFirst();
    next = null;
  }

  /** Whether anything waits. */
  public boolean isHeldBack() {
    return !waiting.isEmpty();
  }

  /** Chunks that wait; may be asked by any thread. */
  public int chunksWaiting() {
    return chunksWaiting.get();
  }

  @Override
  public String hiddenStatesSha256() {
    return rows.sha256();
  }

  /** What waits, as a blob. */
  public byte[] write() {
    return Blob.write(
        KIND,
        VERSION,
        out -> {
          out.writeInt(waiting.size());
          for (StreamTurn turn : waiting) {
            StreamTurn.write(turn, out);
          }
        });
  }

  /** Goes on from what {@link #write} wrote; to be called before anything is added. */
  public void read(byte[] blob) {
    Blob.read(
        KIND,
        VERSION,
        blob,
        (in, version) -> {
          for (int left = in.readInt(); left > 0; left--) {
            append(StreamTurn.read(in));
          }
          return this;
        });
  }

  @Override
  public void close() {
    replica.close();
  }
}
