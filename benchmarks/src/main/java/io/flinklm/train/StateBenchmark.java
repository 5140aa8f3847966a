package io.flinklm.train;

import ai.djl.Device;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import java.util.List;
import java.util.Map;
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
import org.openjdk.jmh.annotations.TearDown;

/** The state of a training of LMModel7, 64 lanes of 16 tokens: out of the engine and into it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StateBenchmark {
  private static final int LANES = 64;
  private static final int BPTT = 16;
  private static final int VOCABULARY = 30;

  /** Width of the model. */
  @Param({"64", "256"})
  public int hidden;

  private Trainer trainer;
  private byte[] snapshot;
  private Map<Integer, HiddenState> hiddenStates;

  /** A training behind its first step. */
  @Setup
  public void begin() {
    trainer = Trainer.drawn(training());
    int[] tokens = IntStream.rangeClosed(0, BPTT).toArray();
    Segment segment = new Segment(0, Split.TRAIN);
    List<Chunk> chunks =
        IntStream.range(0, LANES)
            .mapToObj(lane -> new Chunk(lane, segment, 0, true, tokens))
            .toList();
    trainer.accept(new Batch(segment, 0, chunks));
    snapshot = trainer.snapshot();
    hiddenStates = trainer.hiddenStates();
  }

  private Training training() {
    Fit fit = Fit.of("lmmodel7");
    NetConfig net = new NetConfig(fit.model(), VOCABULARY, hidden, fit.layers(), fit.dropout());
    TrainingConfig config =
        TrainingConfig.of(fit, net, LANES, BPTT, 0, fit.continuous(), Cell.ENGINE);
    return Training.of(config, "a vocabulary", Device.cpu(), report -> {});
  }

  /** Weights, moments, metrics: what a checkpoint has of them. */
  @Benchmark
  public byte[] snapshot() {
    return trainer.snapshot();
  }

  /** The lanes' hidden states: what a checkpoint has of them. */
  @Benchmark
  public Map<Integer, HiddenState> hiddenStates() {
    return trainer.hiddenStates();
  }

  /** A training that goes on from a checkpoint. */
  @Benchmark
  public long restore() {
    try (Trainer other = Trainer.restored(training(), snapshot, hiddenStates)) {
      return other.weights().step();
    }
  }

  /** Lets go of the engine's memory. */
  @TearDown
  public void end() {
    trainer.close();
  }
}
