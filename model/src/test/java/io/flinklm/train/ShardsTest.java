package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flinklm.Blob.RefusedException;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Segment;
import io.flinklm.net.AwdDropout;
import io.flinklm.net.Cell;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.ModelKind;
import io.flinklm.net.NetConfig;
import io.flinklm.train.SmallRun.Outcome;
import io.flinklm.weights.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shards decide the order of sums and nothing else; how many threads compute them, nothing. */
class ShardsTest {
  private static final int TOKENS = 11;
  private static final int[] TEXT = new Random(0).ints(900, 0, TOKENS).toArray();

  // Shards of two sizes.
  private static final int LANES = 7;

  @ParameterizedTest
  @MethodSource("io.flinklm.train.Fit#models")
  void theNumberOfThreadsChangesNoBit(String model) {
    TrainingConfig config = config(model).withShards(4);
    List<Report> one = train(config, 1);

    assertThat(train(config, 2)).isEqualTo(one);
    assertThat(train(config, 4)).isEqualTo(one);
    assertThat(train(config.withShards(1), 1)).as("another order of sums").isNotEqualTo(one);
  }

  @ParameterizedTest
  @MethodSource("io.flinklm.train.Fit#models")
  void shardsGiveTheNumbersOfOneToFloatPrecision(String model) {
    List<BatchResult> whole = firstSteps(config(model));

    for (int shards : new int[] {3, LANES}) {
      List<BatchResult> found = firstSteps(config(model).withShards(shards));
      for (int i = 0; i < whole.size(); i++) {
        BatchResult expected = whole.get(i);
        assertThat(found.get(i).crossEntropy())
            .isCloseTo(expected.crossEntropy(), withinPercentage(0.001));
        assertThat(found.get(i).loss()).isCloseTo(expected.loss(), withinPercentage(0.001));
        assertThat(found.get(i).gradientNorm())
            .isCloseTo(expected.gradientNorm(), withinPercentage(0.01));
        assertThat(found.get(i).targets()).isEqualTo(expected.targets());
      }
    }
  }

  @Test
  void aRunThatIsInterruptedGoesOnInItsShardsOnAnyNumberOfThreads() throws IOException {
    SmallRun run = SmallRun.of(0);
    SmallRun sharded = new SmallRun(run.config().withShards(3), run.batches());
    Outcome expected = sharded.outcome();

    for (int stop = 1; stop < run.batches().size(); stop += 3) {
      assertThat(sharded.outcome(stop)).as("after %d batches", stop).isEqualTo(expected);
    }
    assertThat(run.outcome()).isNotEqualTo(expected);
  }

  @Test
  void theSurprisalOfEachTargetIsInTheOrderOfTheRows() {
    Batch batch = OverflowingRun.batch(Segment.FIRST, 0);
    TrainingConfig config = OverflowingRun.config(OnNonfinite.STOP);

    float[] whole = surprisals(config, batch);
    float[] sharded = surprisals(config.withShards(2), batch);

    assertThat(sharded).containsExactly(whole, within(1e-5f));
  }

  @Test
  void aSnapshotOfOtherShardsIsRefused() {
    SmallRun run = SmallRun.of(0);
    SmallRun sharded = new SmallRun(run.config().withShards(2), run.batches());
    try (Trainer trainer = run.trainer(report -> {})) {
      byte[] snapshot = trainer.snapshot();

      assertThatThrownBy(
              () ->
                  Trainer.restored(
                      sharded.training(report -> {}), snapshot, trainer.hiddenStates()))
          .isInstanceOf(RefusedException.class)
          .hasMessageMatching(".*expected .* seed 0, shards 2, found .* seed 0");
    }
  }

  private static float[] surprisals(TrainingConfig config, Batch batch) {
    try (Trainer trainer = Trainer.drawn(training(config, new ArrayList<>(), 2))) {
      return trainer.surprisals(batch);
    }
  }

  private static List<Report> train(TrainingConfig config, int threads) {
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer = Trainer.drawn(training(config, reports, threads))) {
      new PlainLoop(TEXT, lanes(config)).run(trainer, 2);
    }
    return reports;
  }

  private static List<BatchResult> firstSteps(TrainingConfig config) {
    List<BatchResult> results = new ArrayList<>();
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      LanguageModel model = LanguageModels.of(config.net(), config.cell());
      Weights weights = Weights.initial(model, 0, manager);
      try (Learner learner = new Learner(config, model, weights, manager)) {
        Iterator<Batch> batches = new PlainLoop(TEXT, lanes(config)).trainingBatches();
        for (int step = 0; step < 3; step++) {
          results.add(learner.train(batches.next()));
        }
      }
    }
    return results;
  }

  private static Training training(TrainingConfig config, List<Report> reports, int threads) {
    return Training.of(config, "fingerprint", Device.cpu(), reports::add)
        .withEngineThreads(threads)
        .testingAll(true)
        .timedBy(() -> 0);
  }

  private static TrainingConfig config(String model) {
    Fit fit = Fit.of(model);
    // Of an odd width, so that rows begin inside a draw of random numbers.
    int hidden = fit.kind().isLayered() ? 15 : 16;
    NetConfig net =
        new NetConfig(
            model,
            TOKENS,
            hidden,
            fit.layers(),
            fit.dropout(),
            hidden,
            fit.kind() == ModelKind.AWD_LSTM
                ? new AwdDropout(0.1, 0.2, 0.3, 0.2)
                : AwdDropout.usual(model, 0));
    Lanes lanes = Lanes.of(TEXT.length, LANES, fit.windows(fit.bptt()));
    return TrainingConfig.of(
        fit, net, LANES, fit.bptt(), 0, fit.oneCycle(lanes.steps(2)), Cell.ENGINE);
  }

  private static Lanes lanes(TrainingConfig config) {
    return Lanes.of(TEXT.length, LANES, config.windows());
  }
}
