package io.flinklm.train;

import static io.flinklm.train.OverflowingRun.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Training stops before a step that gives NaN or infinity, or goes past it; in shards too. */
@ParameterizedClass
@ValueSource(ints = {1, 2})
class NonfiniteTrainerTest {
  private static final Segment TRAIN = Segment.FIRST;
  private static final Segment VALID = new Segment(0, Split.VALID);
  private static final int TOKENS = 3 * 4;

  @Parameter private int shards;

  private final List<Report> reports = new ArrayList<>();
  private final List<NonfiniteStep> kept = new ArrayList<>();

  @Test
  void itStopsWithEverythingAsItWas() {
    try (Trainer trainer = trainer(OnNonfinite.STOP)) {
      begin(trainer);
      byte[] before = trainer.snapshot();
      var states = trainer.hiddenStates();

      assertThatThrownBy(() -> trainer.accept(batch(TRAIN, 2, 0, 2)))
          .isInstanceOf(NonfiniteException.class)
          .hasMessageMatching(
              "step 3 gave a loss of (NaN|Infinity) \\(epoch 0, train, index 2; lanes 0, 2\\);"
                  + " the weights are those of step 2; it is kept");

      assertThat(trainer.snapshot()).isEqualTo(before);
      assertThat(trainer.hiddenStates()).isEqualTo(states);
      assertThat(reports).hasSize(2);
      assertThat(kept).extracting(NonfiniteStep::batch).containsExactly(batch(TRAIN, 2, 0, 2));
    }
  }

  @Test
  void orGoesPastItAndCountsItsTokensAsRefused() {
    try (Trainer trainer = trainer(OnNonfinite.SKIP)) {
      begin(trainer);
      String before = trainer.weights().sha256();

      trainer.accept(batch(TRAIN, 2, 1));
      trainer.accept(batch(TRAIN, 3, 0));
      assertThat(trainer.weights().sha256()).isEqualTo(before);
      trainer.accept(batch(TRAIN, 4));
      trainer.finish();

      assertThat(kept).extracting(NonfiniteStep::step).containsExactly(3L, 3L);
      assertThat(reports).extracting(Report::step).containsExactly(1L, 2L, 2L, 2L, 3L, 3L, 3L);
      assertThat(reports.get(2).loss()).isNotFinite();
      assertThat(reports.get(4).loss()).isFinite();
      Report end = reports.get(6);
      assertThat(end.trainLoss()).isFinite();
      assertThat(end.tokensTrained()).isEqualTo(3L * TOKENS + 3);
      assertThat(end.tokensRefused()).isEqualTo(Map.of("nonfinite", 2L * TOKENS));
      assertThat(reports.get(5)).isInstanceOf(Report.SegmentEnd.class);
      assertThat(reports.get(5).index()).as("batches of the segment's mean").isEqualTo(3);
      assertThat(reports.get(5).loss()).isFinite();
    }
  }

  @Test
  void aRunThatSkipsIsTakenUpFromASnapshotBehindTheSkippedBatch() {
    List<Batch> rest = List.of(batch(TRAIN, 3, 0, 1), batch(TRAIN, 4), batch(TRAIN, 5, 2));
    try (Trainer trainer = trainer(OnNonfinite.SKIP)) {
      begin(trainer);
      trainer.accept(batch(TRAIN, 2, 1));
      assertThat(trainer.hiddenStates()).containsOnlyKeys(0, 2);
      try (Trainer restored =
          Trainer.restored(
              training(OnNonfinite.SKIP), trainer.snapshot(), trainer.hiddenStates())) {
        reports.clear();

        rest.forEach(trainer::accept);
        trainer.finish();
        List<Report> expected = List.copyOf(reports);
        reports.clear();
        rest.forEach(restored::accept);
        restored.finish();

        assertThat(reports).isEqualTo(expected);
        assertThat(restored.snapshot()).isEqualTo(trainer.snapshot());
        assertThat(restored.hiddenStates()).isEqualTo(trainer.hiddenStates());
      }
    }
  }

  @Test
  void aRunThatStoppedGoesOnFromItsSnapshotBySkipping() {
    try (Trainer stopped = trainer(OnNonfinite.STOP)) {
      begin(stopped);
      assertThatThrownBy(() -> stopped.accept(batch(TRAIN, 2, 1)))
          .isInstanceOf(NonfiniteException.class);
      try (Trainer resumed =
          Trainer.restored(
              training(OnNonfinite.SKIP), stopped.snapshot(), stopped.hiddenStates())) {
        resumed.accept(batch(TRAIN, 2, 1));
        resumed.accept(batch(TRAIN, 3));

        assertThat(resumed.weights().step()).isEqualTo(3);
        assertThat(reports.get(reports.size() - 1).loss()).isFinite();
      }
    }
  }

  @Test
  void whereOnlyGradientsOverflowAllLanesGoOnFromZero() {
    try (Trainer trainer = trainer(OnNonfinite.SKIP)) {
      begin(trainer);
      OverflowingRun.enlarge(trainer.weights(), OverflowingRun.GRADIENTS_OVERFLOW);

      trainer.accept(batch(TRAIN, 2, 1));
      assertThat(trainer.hiddenStates()).isEmpty();
      trainer.accept(batch(TRAIN, 3));

      assertThat(kept).hasSize(1);
      assertThat(trainer.weights().step()).isEqualTo(3);
    }
  }

  @Test
  void textThatIsOnlyScoredStopsNothing() {
    try (Trainer trainer = trainer(OnNonfinite.STOP)) {
      begin(trainer);
      trainer.accept(batch(VALID, 0, 1));
      trainer.accept(batch(VALID, 1));
      trainer.finish();

      assertThat(kept).isEmpty();
      assertThat(reports.get(3).loss()).isNotFinite();
      assertThat(reports.get(4).loss()).isFinite();
      Report end = reports.get(6);
      assertThat(end.step()).isEqualTo(2);
      assertThat(end.tokensScored()).isEqualTo(2 * TOKENS + 3);
      assertThat(end.tokensRefused()).isEmpty();
    }
  }

  private Trainer trainer(OnNonfinite onNonfinite) {
    return Trainer.drawn(training(onNonfinite));
  }

  private Training training(OnNonfinite onNonfinite) {
    AtomicLong clock = new AtomicLong();
    return Training.of(
            OverflowingRun.config(onNonfinite).withShards(shards),
            SmallRun.VOCABULARY,
            Device.cpu(),
            reports::add)
        .keeping(
            step -> {
              kept.add(step);
              return "it is kept";
            })
        .withEngineThreads(shards)
        .timedBy(clock::get);
  }

  // Two steps; then the token that none has read so far is large.
  private static void begin(Trainer trainer) {
    trainer.accept(batch(TRAIN, 0));
    trainer.accept(batch(TRAIN, 1));
    OverflowingRun.enlarge(trainer.weights(), OverflowingRun.LOSS_OVERFLOWS);
  }
}
