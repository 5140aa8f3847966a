package io.flinklm.job.lane;

import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.lane.Windows;
import io.flinklm.topics.TextReading.Place;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** A lane's tokens to its chunks of 16: a record of 64 tokens. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ChunkBenchmark {
  private static final int LANE = 7;
  private static final int BPTT = 16;
  private static final int TOKENS = 64;

  private final int[] tokens = IntStream.range(0, TOKENS).toArray();
  private LaneCursor cursor;
  private byte[] blob;
  private long position;

  /** A cursor in the middle of its lane. */
  @Setup
  public void begin() throws MisplacedException {
    cursor = new LaneCursor(LANE, new Windows(BPTT, true));
    position = 0;
    cursor.accept(next(), event -> {});
    blob = cursor.write();
  }

  private LaneText.OfLane next() {
    Segment segment = new Segment(0, Split.TRAIN);
    LaneText.OfLane text = new LaneText.Tokens(LANE, new Place(segment, position), tokens, null);
    position += TOKENS;
    return text;
  }

  /** One record, the cursor at hand. */
  @Benchmark
  public void record(Blackhole chunks) throws MisplacedException {
    cursor.accept(next(), chunks::consume);
  }

  /** The cursor to its state and back. */
  @Benchmark
  public byte[] state() {
    return LaneCursor.read(LANE, new Windows(BPTT, true), id -> 1, blob).write();
  }
}
