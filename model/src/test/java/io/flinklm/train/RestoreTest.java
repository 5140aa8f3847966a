package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.flinklm.Blob.RefusedException;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.train.SmallRun.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a trainer takes up from a snapshot, and what it does not take. */
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
            config.lanes(),
            config.bptt(),
            config.seed(),
            longer,
            config.weightDecay(),
            config.regularizer(),
            0,
            Cell.ENGINE,
            OnNonfinite.STOP);
    try (Trainer trainer = RUN.trainer(report -> {});
        Trainer other = trainer(extended, SmallRun.VOCABULARY)) {
      RUN.feed(trainer, 0, 3);

      other.restore(trainer.snapshot(), trainer.hiddenStates());

      assertThat(other.weights().sha256()).isEqualTo(trainer.weights().sha256());
      assertThat(other.weights().step()).isEqualTo(3);
    }
  }

  @Test
  void theStateOfAnotherVocabularyIsRefused() {
    try (Trainer trainer = RUN.trainer(report -> {});
        Trainer other = trainer(RUN.config(), "another")) {
      assertThatThrownBy(() -> other.restore(trainer.snapshot(), Map.of()))
          .isInstanceOf(RefusedException.class)
          .hasMessage(
              "the training state is of another vocabulary (fingerprint): expected another,"
                  + " found fingerprint of a vocabulary");
    }
  }

  static Stream<TrainingConfig> otherConfigurations() {
    NetConfig net = RUN.config().net();
    return Stream.of(
        config(new NetConfig("lmmodel7", net.vocabulary() + 1, 8, 2, 0.4), 4, 5, 0),
        config(new NetConfig("lmmodel7", net.vocabulary(), 9, 2, 0.4), 4, 5, 0),
        config(new NetConfig("lmmodel7", net.vocabulary(), 8, 1, 0.4), 4, 5, 0),
        config(new NetConfig("lmmodel7", net.vocabulary(), 8, 2, 0.3), 4, 5, 0),
        config(net, 5, 5, 0),
        config(net, 4, 6, 0),
        config(net, 4, 5, 1));
  }

  @ParameterizedTest
  @MethodSource("otherConfigurations")
  void theStateOfAnotherConfigurationIsRefused(TrainingConfig other) {
    try (Trainer trainer = RUN.trainer(report -> {});
        Trainer stranger = trainer(other, SmallRun.VOCABULARY)) {
      assertThatThrownBy(() -> stranger.restore(trainer.snapshot(), Map.of()))
          .isInstanceOf(RefusedException.class)
          .hasMessageStartingWith("the training state is of another configuration: expected ");
    }
  }

  @Test
  void damagedStateIsRefusedAndTheTrainerStaysAsItWas() throws IOException {
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer = RUN.trainer(report -> {});
        Trainer other = RUN.trainer(reports::add)) {
      RUN.feed(trainer, 0, 7);
      byte[] snapshot = trainer.snapshot();
      for (int at = 0; at < snapshot.length; at += 97) {
        byte[] flipped = snapshot.clone();
        flipped[at] ^= 0x10;
        assertThatThrownBy(() -> other.restore(flipped, trainer.hiddenStates()))
            .as("byte %d of %d", at, snapshot.length)
            .isInstanceOf(RefusedException.class);
        byte[] cut = Arrays.copyOf(snapshot, at);
        assertThatThrownBy(() -> other.restore(cut, trainer.hiddenStates()))
            .as("cut to %d of %d bytes", at, snapshot.length)
            .isInstanceOf(RefusedException.class);
      }

      RUN.feed(other, 0, BATCHES);
      other.finish();
      assertThat(reports).isEqualTo(RUN.outcome().reports());
    }
  }

  private static TrainingConfig config(NetConfig net, int lanes, int bptt, long seed) {
    TrainingConfig config = RUN.config();
    return new TrainingConfig(
        net,
        lanes,
        bptt,
        seed,
        config.schedule(),
        config.weightDecay(),
        config.regularizer(),
        0,
        Cell.ENGINE,
        OnNonfinite.STOP);
  }

  private static Trainer trainer(TrainingConfig config, String vocabulary) {
    return new Trainer(config, vocabulary, Device.cpu(), report -> {}, System::nanoTime);
  }
}
