package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Lanes;
import io.flinklm.net.Cell;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.weights.Weights;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClippingTest {
  private static final int[] TEXT = new Random(0).ints(200, 0, 7).toArray();
  private static final double HIGHEST = 0.01;

  @ParameterizedTest
  @CsvSource({"lmmodel4, 1", "lmmodel6, 1", "lmmodel7, 1", "lmmodel7, 2", "gru, 1", "gru, 2"})
  void everyGradientIsScaledAlikeSoThatTheNormIsTheHighest(String model, int shards) {
    LearnedStep whole = step(config(model, 0, shards));
    LearnedStep clipped = step(config(model, HIGHEST, shards));

    double norm = whole.result().gradientNorm();
    assertThat(clipped.result().gradientNorm()).as("before clipping").isEqualTo(norm);
    assertThat(norm).isGreaterThan(HIGHEST);
    double squares = 0;
    for (Map.Entry<String, double[]> entry : clipped.gradients().entrySet()) {
      double[] expected = whole.gradients().get(entry.getKey());
      for (int i = 0; i < expected.length; i++) {
        double found = entry.getValue()[i];
        squares += found * found;
        assertThat(found)
            .as(entry.getKey())
            .isCloseTo(expected[i] * HIGHEST / norm, within(1e-4 * HIGHEST));
      }
    }
    assertThat(Math.sqrt(squares)).isCloseTo(HIGHEST, withinPercentage(0.1));
  }

  private static LearnedStep step(TrainingConfig config) {
    Lanes lanes = Lanes.of(TEXT.length, config.laneCount(), config.windows());
    Batch batch = new PlainLoop(TEXT, lanes).trainingBatches().next();
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      LanguageModel model = LanguageModels.of(config.net());
      Weights weights = Weights.initial(model, 0, manager);
      try (Learner learner = new Learner(config, model, weights, manager)) {
        return LearnedStep.of(learner, batch, config.schedule().momentum(1));
      }
    }
  }

  private static TrainingConfig config(String model, double clip, int shards) {
    Fit fit = Fit.of(model);
    return new TrainingConfig(
            new NetConfig(model, 7, 8, fit.layers(), fit.dropout()),
            4,
            5,
            0,
            fit.oneCycle(10),
            0,
            fit.regularizer(),
            clip,
            Cell.ENGINE,
            OnNonfinite.STOP)
        .withShards(shards);
  }
}
