package io.flinklm.lane;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Chunks of all lanes to a batch of 16 tokens each, and to what the engine takes of it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AssembleBenchmark {
  private static final int BPTT = 16;

  /** Lanes of the batch. */
  @Param({"64", "1024"})
  public int lanes;

  private BatchAssembler assembler;
  private int[] tokens;
  private int index;

  /** An assembler before its first chunk. */
  @Setup
  public void begin() {
    assembler = new BatchAssembler(lanes);
    tokens = IntStream.rangeClosed(0, BPTT).toArray();
    index = 0;
  }

  /** One batch. */
  @Benchmark
  public long[] batch() {
    Segment segment = new Segment(0, Split.TRAIN);
    for (int lane = 0; lane < lanes; lane++) {
      assembler.add(new Chunk(lane, segment, index, index == 0, tokens));
    }
    index++;
    Optional<Batch> batch = assembler.next();
    return batch.orElseThrow().inputs();
  }
}
