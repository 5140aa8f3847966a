package io.flinklm.train;

import ai.djl.Device;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The smallest training with everything that a snapshot holds: three steps, a scored segment, a
 * segment under way, refused tokens. Its snapshot in each format version is kept as a file, written
 * by the code whose newest version that was.
 */
final class KeptTraining {
  static final String VOCABULARY = "fingerprint of the kept training";
  static final TrainingConfig CONFIG = config(new NetConfig("lmmodel7", 3, 2, 2, 0.4), 2, 3, 5);

  private static final Segment TRAIN = new Segment(1, Split.TRAIN);
  private static final Segment VALID = new Segment(1, Split.VALID);

  private KeptTraining() {}

  static TrainingConfig config(NetConfig net, int laneCount, int bptt, long seed) {
    Schedule schedule = new Schedule.OneCycle(10, 1e-2, Schedule.Momenta.TEXT_LEARNER);
    Regularizer regularizer = new Regularizer(2, 1);
    return new TrainingConfig(
        net, laneCount, bptt, seed, schedule, 0.1, regularizer, 0, Cell.ENGINE, OnNonfinite.STOP);
  }

  /** A trainer that goes on from a blob. */
  static Trainer restored(
      byte[] snapshot, Map<Integer, HiddenState> hiddenStates, Consumer<Report> reports) {
    return Trainer.restored(training(CONFIG, VOCABULARY, reports), snapshot, hiddenStates);
  }

  /** A trainer before its first step, whose clock moves one second each time that it is read. */
  static Trainer trainer(Consumer<Report> reports) {
    return trainer(CONFIG, VOCABULARY, reports);
  }

  static Trainer trainer(TrainingConfig config, String vocabulary, Consumer<Report> reports) {
    return Trainer.drawn(training(config, vocabulary, reports));
  }

  static Training training(TrainingConfig config, String vocabulary, Consumer<Report> reports) {
    AtomicLong clock = new AtomicLong();
    long second = TimeUnit.SECONDS.toNanos(1);
    return Training.of(config, vocabulary, Device.cpu(), reports)
        .timedBy(() -> clock.addAndGet(second));
  }

  /** The snapshot as the code of today writes it. */
  static byte[] snapshot() {
    try (Trainer trainer = trainer(report -> {})) {
      trainer.accept(batch(Segment.FIRST, 0, new int[] {0, 1, 2, 0}, new int[] {2, 1, 0, 2}));
      trainer.accept(batch(Segment.FIRST, 1, new int[] {0, 1, 1, 1}, new int[] {2, 2, 0, 1}));
      trainer.refuse(new Refusal(Reason.UNKNOWN_TOKEN, 2, 2));
      trainer.accept(
          batch(new Segment(0, Split.VALID), 0, new int[] {1, 0, 1, 2}, new int[] {0, 0, 2, 1}));
      trainer.refuse(new Refusal(Reason.TAIL, 3, 3));
      trainer.accept(batch(TRAIN, 0, new int[] {2, 0, 1, 2}, new int[] {1, 2, 0, 0}));
      return trainer.snapshot();
    }
  }

  /** The snapshot as it was written when a version was the newest. */
  static byte[] snapshot(int version) throws IOException {
    String file = "/fixtures/tran-" + version + ".blob";
    try (InputStream in = KeptTraining.class.getResourceAsStream(file)) {
      return in.readAllBytes();
    }
  }

  /** Hidden states that are as good as any: they are no part of the snapshot. */
  static Map<Integer, HiddenState> hiddenStates() {
    return Map.of(0, state(0.5f, -0.25f, 0.125f, 0.75f), 1, state(-0.5f, 0.375f, 0.25f, -0.125f));
  }

  private static HiddenState state(float... values) {
    return new HiddenState(List.of(values, values));
  }

  /** Goes on with a step in the segment under way, a scored batch, and the end. */
  static void goOn(Trainer trainer) {
    trainer.refuse(new Refusal(Reason.TAIL, 1, 1));
    trainer.accept(batch(TRAIN, 1, new int[] {2, 1, 2, 0}, new int[] {0, 1, 1, 2}));
    trainer.accept(batch(VALID, 0, new int[] {0, 2, 1, 0}, new int[] {1, 1, 2, 0}));
    trainer.finish();
  }

  private static Batch batch(Segment segment, int index, int[] lane0, int[] lane1) {
    boolean fresh = index == 0;
    return new Batch(
        segment,
        index,
        List.of(
            new Chunk(0, segment, index, fresh, lane0),
            new Chunk(1, segment, index, fresh, lane1)));
  }
}
