package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.flinklm.Blob.RefusedException;
import io.flinklm.lane.HiddenState;
import io.flinklm.net.Cell;
import io.flinklm.train.SmallRun.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A trainer that goes on from a snapshot goes on as if it had never stopped. */
class RestoreTest {
  private static final SmallRun RUN = SmallRun.of(0);
  private static final int BATCHES = RUN.batches().size();

  @Test
  void aRunThatIsInterruptedAnywhereGoesOnAsIfItHadNotBeen() throws IOException {
    Outcome expected = RUN.outcome();
    for (int stop = 0; stop <= BATCHES; stop++) {
      Outcome found = RUN.outcome(stop);

      assertThat(found.reports()).as("after %d batches", stop).isEqualTo(expected.reports());
      assertThat(found).as("after %d batches", stop).isEqualTo(expected);
    }
  }

  @Test
  void evenOneThatIsInterruptedAfterEveryBatch() throws IOException {
    int[] everywhere = new int[BATCHES];
    Arrays.setAll(everywhere, i -> i + 1);

    assertThat(RUN.outcome(everywhere)).isEqualTo(RUN.outcome());
  }

  @Test
  void aSnapshotDoesNotChangeARun() throws IOException {
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer = RUN.trainer(reports::add)) {
      for (int i = 0; i < BATCHES; i++) {
        RUN.feed(trainer, i, i + 1);
        trainer.snapshot();
        trainer.hiddenStates();
      }
      trainer.finish();
    }

    assertThat(reports).isEqualTo(RUN.outcome().reports());
  }

  @Test
  void aRunCanBeExtendedByAnotherSchedule() {
    TrainingConfig config = RUN.config();
    Schedule longer = new Schedule.OneCycle(1000, 1e-2, Schedule.Momenta.TEXT_LEARNER);
    TrainingConfig extended =
        new TrainingConfig(
            config.net(),
            config.laneCount(),
            config.bptt(),
            config.seed(),
            longer,
            config.weightDecay(),
            config.regularizer(),
            0,
            Cell.ENGINE,
            OnNonfinite.STOP);
    Training longest = Training.of(extended, SmallRun.VOCABULARY, Device.cpu(), report -> {});
    try (Trainer trainer = RUN.trainer(report -> {})) {
      RUN.feed(trainer, 0, 3);
      try (Trainer other = Trainer.restored(longest, trainer.snapshot(), trainer.hiddenStates())) {
        assertThat(other.weights().sha256()).isEqualTo(trainer.weights().sha256());
        assertThat(other.weights().step()).isEqualTo(3);
      }
    }
  }

  @Test
  void theEngineHoldsOneSetOfWeights() {
    Training training = RUN.training(report -> {});
    try (Trainer alone = Trainer.drawn(training)) {
      int drawn = alone.engineArrays();
      RUN.feed(alone, 0, 3);
      int trained = alone.engineArrays();
      String sha256 = alone.weights().sha256();

      try (Trainer restored = Trainer.restored(training, alone.snapshot(), alone.hiddenStates());
          Trainer started =
              Trainer.startingFrom(training, alone.weights().toSafetensors(), sha256)) {
        RUN.feed(restored, 3, 4);

        assertThat(started.engineArrays()).isEqualTo(drawn).isPositive();
        assertThat(restored.engineArrays()).isEqualTo(trained).isGreaterThan(drawn);
      }
    }
  }

  @Test
  void damagedStateIsRefusedAndTheOneThatItWasOfGoesOn() throws IOException {
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer = RUN.trainer(reports::add)) {
      RUN.feed(trainer, 0, 7);
      byte[] snapshot = trainer.snapshot();
      for (int at = 0; at < snapshot.length; at += 97) {
        byte[] flipped = snapshot.clone();
        flipped[at] ^= 0x10;
        assertThatThrownBy(() -> restore(flipped, trainer.hiddenStates()))
            .as("byte %d of %d", at, snapshot.length)
            .isInstanceOf(RefusedException.class);
        byte[] cut = Arrays.copyOf(snapshot, at);
        assertThatThrownBy(() -> restore(cut, trainer.hiddenStates()))
            .as("cut to %d of %d bytes", at, snapshot.length)
            .isInstanceOf(RefusedException.class);
      }

      RUN.feed(trainer, 7, BATCHES);
      trainer.finish();
      assertThat(reports).isEqualTo(RUN.outcome().reports());
    }
  }

  private static void restore(byte[] snapshot, Map<Integer, HiddenState> hiddenStates) {
    Trainer.restored(RUN.training(report -> {}), snapshot, hiddenStates).close();
  }
}
