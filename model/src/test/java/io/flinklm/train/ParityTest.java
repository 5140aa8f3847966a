package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;
import io.flinklm.lane.Batch;
import io.flinklm.net.Dropout;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.Parameter;
import io.flinklm.weights.Weights;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A model does what PyTorch does, in any number of shards: five steps from the same weights on the
 * same batches.
 */
@ParameterizedClass
@CsvSource({"lmmodel6, 1", "lmmodel7, 1", "lmmodel7, 3"})
@Tag("arithmetic")
class ParityTest {
  private final String name;
  private final PyTorchRun pytorch;
  private final TrainingConfig config;
  private final LanguageModel model;

  // Of float32 against float32 in another order of sums, and against float64.
  private static final double TOLERANCE = 1e-5;
  private static final double ELEMENT = 2e-6;
  private static final Percentage RELATIVE = withinPercentage(100 * TOLERANCE);

  private final List<LearnedStep> steps = new ArrayList<>();
  private float[] firstLogits;

  ParityTest(String name, int shards) {
    this.name = name;
    this.pytorch = PyTorchRun.of(name);
    this.config = pytorch.config(name).withShards(shards);
    this.model = LanguageModels.of(config.net());
  }

  @BeforeEach
  void fiveSteps() {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      Weights weights = Weights.initial(model, 0, manager);
      weights
          .parameters()
          .forEach((name, value) -> value.set(FloatBuffer.wrap(pytorch.tensor("init", name))));
      firstLogits = logits(weights, pytorch.batch(1), manager);
      Learner learner = new Learner(config, model, weights, manager);
      for (int step = 1; step <= pytorch.steps(); step++) {
        steps.add(LearnedStep.of(learner, pytorch.batch(step), config.schedule().momentum(step)));
      }
    }
  }

  @Test
  void theFitIsThatOfTheRun() {
    Fit fit = Fit.of(name);

    assertThat(fit.oneCycle(735)).isEqualTo(config.schedule());
    assertThat(fit.weightDecay()).isEqualTo(config.weightDecay());
    assertThat(fit.regularizer()).isEqualTo(config.regularizer());
    assertThat(fit.bptt()).isEqualTo(config.bptt());
  }

  @Test
  void theSameParametersDecay() {
    for (Parameter parameter : model.parameters()) {
      assertThat(parameter.decays())
          .as(parameter.name())
          .isEqualTo(pytorch.decays(parameter.name()));
    }
  }

  @Test
  void logitsOfTheFirstStep() {
    float[] expected = pytorch.tensor("logits_step1_f64_row0", "logits[0]");

    assertThat(Arrays.copyOf(firstLogits, expected.length))
        .containsExactly(expected, within((float) TOLERANCE));
  }

  @Test
  void lossesOfEachStep() {
    for (int step = 1; step <= steps.size(); step++) {
      BatchResult result = steps.get(step - 1).result();
      JsonNode expected = pytorch.step(step);
      assertThat(result.loss()).isCloseTo(expected.get("loss").asDouble(), RELATIVE);
      assertThat(result.crossEntropy()).isCloseTo(expected.get("ce").asDouble(), RELATIVE);
      assertThat(result.activation()).isCloseTo(expected.get("ar").asDouble(), RELATIVE);
      assertThat(result.temporalActivation()).isCloseTo(expected.get("tar").asDouble(), RELATIVE);
    }
  }

  @Test
  void accuracyOfEachStep() {
    for (int step = 1; step <= steps.size(); step++) {
      BatchResult result = steps.get(step - 1).result();
      assertThat(result.correct()).isEqualTo(pytorch.step(step).get("correct").asInt());
      assertThat(result.targets()).isEqualTo(pytorch.step(step).get("targets").asInt());
    }
  }

  @Test
  void scheduleOfEachStep() {
    for (int step = 1; step <= steps.size(); step++) {
      JsonNode expected = pytorch.step(step);
      assertThat(steps.get(step - 1).result().learningRate())
          .isCloseTo(expected.get("lr").asDouble(), RELATIVE);
      assertThat(config.schedule().momentum(step))
          .isCloseTo(expected.get("mom").asDouble(), RELATIVE);
    }
  }

  @Test
  void everyGradientOfTheFirstStep() {
    steps
        .get(0)
        .gradients()
        .forEach(
            (name, gradient) ->
                assertClose(name, gradient, pytorch.tensor("grad_step1_f64", name)));
  }

  @Test
  void gradientNormsOfEachStep() {
    for (int step = 1; step <= steps.size(); step++) {
      JsonNode expected = pytorch.step(step);
      double squares = 0;
      for (Map.Entry<String, double[]> entry : steps.get(step - 1).gradients().entrySet()) {
        double norm = norm(entry.getValue());
        squares += norm * norm;
        JsonNode tensor = expected.get("grads").get(entry.getKey());
        assertThat(norm)
            .as("%s of step %d", entry.getKey(), step)
            .isCloseTo(tensor.get("norm").asDouble(), RELATIVE);
        assertSum(entry.getKey(), entry.getValue(), tensor);
      }
      assertThat(Math.sqrt(squares)).isCloseTo(expected.get("grad_norm").asDouble(), RELATIVE);
    }
  }

  @Test
  void weightsAfterEachStep() {
    for (int step = 1; step <= steps.size(); step++) {
      for (Map.Entry<String, float[]> entry : steps.get(step - 1).weights().entrySet()) {
        double[] values = doubles(entry.getValue());
        JsonNode expected = pytorch.step(step).get("weights").get(entry.getKey());
        assertThat(norm(values)).isCloseTo(expected.get("norm").asDouble(), RELATIVE);
        assertSum(entry.getKey(), values, expected);
        for (int i = 0; i < expected.get("first").size(); i++) {
          assertThat(values[i]).isCloseTo(expected.get("first").get(i).asDouble(), within(1e-6));
        }
      }
    }
  }

  @Test
  void everyWeightAfterTheLastStep() {
    steps
        .get(4)
        .weights()
        .forEach(
            (name, values) ->
                assertClose(name, doubles(values), pytorch.tensor("final_step5_f64", name)));
  }

  @Test
  void hiddenStatesAfterEachStep() {
    for (int step = 1; step <= steps.size(); step++) {
      JsonNode expected = pytorch.step(step).get("state");
      for (int layer = 0; layer < config.net().layers(); layer++) {
        for (int part = 0; part < 2; part++) {
          double[] values = steps.get(step - 1).state(part, layer, config.net().hidden());
          JsonNode sums = expected.get(part == 0 ? "h" : "c").get(layer);
          assertThat(norm(values)).isCloseTo(sums.get("norm").asDouble(), RELATIVE);
          assertSum("state", values, sums);
        }
      }
    }
  }

  @Test
  void everyHiddenStateAfterTheLastStep() {
    for (int part = 0; part < 2; part++) {
      float[] expected = pytorch.tensor("state_step5_f64", part == 0 ? "h" : "c");
      for (int layer = 0; layer < config.net().layers(); layer++) {
        int size = expected.length / config.net().layers();
        assertClose(
            "layer " + layer,
            steps.get(4).state(part, layer, config.net().hidden()),
            Arrays.copyOfRange(expected, layer * size, (layer + 1) * size));
      }
    }
  }

  // Each value on its own, and the tensor as a whole, whose small values the first would not see.
  private void assertClose(String name, double[] found, float[] expected) {
    double[] difference = new double[expected.length];
    Arrays.setAll(difference, i -> found[i] - expected[i]);

    assertThat(found).as(name).containsExactly(doubles(expected), within(ELEMENT));
    assertThat(norm(difference)).as(name).isLessThan(TOLERANCE * norm(doubles(expected)));
  }

  // The error of a sum grows with what is summed, not with the sum, which may cancel to nothing:
  // the scale is the largest sum that values of this norm can have.
  private void assertSum(String name, double[] values, JsonNode expected) {
    double scale = expected.get("norm").asDouble() * Math.sqrt(values.length);
    assertThat(Arrays.stream(values).sum())
        .as("sum of %s", name)
        .isCloseTo(expected.get("sum").asDouble(), within(TOLERANCE * scale));
  }

  private float[] logits(Weights weights, Batch batch, NDManager manager) {
    try (GradientMode mode = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      int laneCount = batch.chunks().size();
      NDArray inputs = scope.create(batch.inputs(), new Shape(laneCount, batch.length()));
      Shape state = new Shape(config.net().layers(), laneCount, config.net().hidden());
      NDList zeros = new NDList(scope.zeros(state), scope.zeros(state));
      return model
          .forward(weights.parameters(), inputs, zeros, Dropout.NONE)
          .logits()
          .toFloatArray();
    }
  }

  private static double norm(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
  }

  private double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
