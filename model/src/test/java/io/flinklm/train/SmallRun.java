package io.flinklm.train;

import ai.djl.Device;
import io.flinklm.lane.Batch;
import io.flinklm.lane.BatchAssembler;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A small training run with all that is awkward: lanes of unequal length, so that the last batches
 * of a segment have fewer lanes; a lane that misses a segment; holes, behind which a lane starts
 * fresh in the middle of a segment; refused tokens.
 *
 * @param config of the run
 * @param batches in the order of training
 */
record SmallRun(TrainingConfig config, List<Batch> batches) {
  static final String VOCABULARY = "fingerprint of a vocabulary";

  private static final int TOKENS = 7;
  private static final int BPTT = 5;
  private static final List<Segment> SEGMENTS =
      List.of(
          new Segment(0, Split.TRAIN),
          new Segment(0, Split.VALID),
          new Segment(1, Split.TRAIN),
          new Segment(1, Split.VALID));

  /** Chunks of each lane in each segment. */
  private static final int[][] LENGTHS = {{5, 3, 4, 1}, {3, 3, 0, 2}, {6, 1, 4, 2}, {2, 2, 3, 2}};

  /** Every so many chunks of a lane there is a hole before one. */
  private static final int HOLES = 7;

  /**
   * All that a finished run leaves behind.
   *
   * @param reports of the run, in order
   * @param state of the trainer
   * @param hiddenStates by lane
   */
  record Outcome(List<Report> reports, byte[] state, Map<Integer, HiddenState> hiddenStates) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Outcome that
          && reports.equals(that.reports)
          && Arrays.equals(state, that.state)
          && hiddenStates.equals(that.hiddenStates);
    }

    @Override
    public int hashCode() {
      return reports.hashCode();
    }
  }

  static SmallRun of(long seed) {
    return new SmallRun(config(seed), batches(new Random(seed)));
  }

  static TrainingConfig config(long seed) {
    return new TrainingConfig(
        new NetConfig("lmmodel7", TOKENS, 8, 2, 0.4),
        LENGTHS.length,
        BPTT,
        seed,
        new Schedule.OneCycle(10, 1e-2, Schedule.Momenta.TEXT_LEARNER),
        0.1,
        new Regularizer(2, 1),
        0,
        Cell.ENGINE,
        OnNonfinite.STOP);
  }

  /** A trainer before its first step. */
  Trainer trainer(Consumer<Report> reports) {
    return Trainer.drawn(training(reports));
  }

  /** The training, whose clock moves one second each time that it is read. */
  Training training(Consumer<Report> reports) {
    AtomicLong clock = new AtomicLong(System.nanoTime());
    long second = TimeUnit.SECONDS.toNanos(1);
    return Training.of(config, VOCABULARY, Device.cpu(), reports)
        .timedBy(() -> clock.addAndGet(second));
  }

  /** Hands a trainer the batches of a range, and refused tokens now and then. */
  void feed(Trainer trainer, int from, int to) {
    for (int i = from; i < to; i++) {
      if (i % 4 == 1) {
        trainer.refuse(new Refusal(Refusal.Reason.TAIL, i, i));
        trainer.refuse(new Refusal(Refusal.Reason.UNKNOWN_TOKEN, 1, 1));
      }
      trainer.accept(batches.get(i));
    }
  }

  /**
   * The outcome of a run whose process ends after each of some numbers of batches, and which the
   * next process takes up from bytes, on as many engine threads as there are shards.
   */
  Outcome outcome(int... stops) throws IOException {
    List<Report> reports = new ArrayList<>();
    Trainer trainer = trainer(reports::add);
    int done = 0;
    for (int stop : stops) {
      feed(trainer, done, stop);
      done = stop;
      byte[] snapshot = trainer.snapshot();
      Map<Integer, HiddenState> hiddenStates = throughBytes(trainer.hiddenStates());
      trainer.close();
      Training next = training(reports::add).withEngineThreads(config.shards());
      trainer = Trainer.restored(next, snapshot, hiddenStates);
    }
    feed(trainer, done, batches.size());
    trainer.finish();
    Outcome outcome = new Outcome(reports, trainer.snapshot(), trainer.hiddenStates());
    trainer.close();
    return outcome;
  }

  private static Map<Integer, HiddenState> throughBytes(Map<Integer, HiddenState> states)
      throws IOException {
    Map<Integer, HiddenState> read = new HashMap<>();
    for (Map.Entry<Integer, HiddenState> entry : states.entrySet()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      entry.getValue().write(new DataOutputStream(bytes));
      byte[] written = bytes.toByteArray();
      read.put(
          entry.getKey(), HiddenState.read(new DataInputStream(new ByteArrayInputStream(written))));
    }
    return read;
  }

  private static List<Batch> batches(Random random) {
    BatchAssembler assembler = new BatchAssembler(LENGTHS.length);
    for (int lane = 0; lane < LENGTHS.length; lane++) {
      chunks(lane, random).forEach(assembler::add);
    }
    List<Batch> batches = new ArrayList<>();
    for (Optional<Batch> batch = assembler.nextOfWaiting();
        batch.isPresent();
        batch = assembler.nextOfWaiting()) {
      batches.add(batch.get());
    }
    return batches;
  }

  private static List<Chunk> chunks(int lane, Random random) {
    List<Chunk> chunks = new ArrayList<>();
    for (int s = 0; s < SEGMENTS.size(); s++) {
      int[] tokens = random.ints(LENGTHS[lane][s] * BPTT + 1, 0, TOKENS).toArray();
      for (int index = 0; index < LENGTHS[lane][s]; index++) {
        boolean fresh = index == 0 || (chunks.size() + lane) % HOLES == HOLES - 1;
        int from = index * BPTT;
        int[] window = Arrays.copyOfRange(tokens, from, from + BPTT + 1);
        chunks.add(new Chunk(lane, SEGMENTS.get(s), index, fresh, window));
      }
    }
    return chunks;
  }
}
