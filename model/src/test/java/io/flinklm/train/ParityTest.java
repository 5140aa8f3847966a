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
import io.flinklm.lane.Batch;
import io.flinklm.net.Dropout;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.Parameter;
import io.flinklm.net.PyTorch;
import io.flinklm.net.PyTorch.GradientMode;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** LMModel7 does what PyTorch does: five steps from the same weights on the same batches. */
class ParityTest {
  private static final PyTorchRun PYTORCH = PyTorchRun.of("lmmodel7");
  private static final TrainingConfig CONFIG = PYTORCH.config();
  private static final LanguageModel MODEL = LanguageModels.of(CONFIG.net());

  // Of float32 against float32 in another order of sums, and against float64.
  private static final double TOLERANCE = 1e-5;
  private static final double ELEMENT = 2e-6;
  private static final Percentage RELATIVE = withinPercentage(100 * TOLERANCE);

  private static final List<LearnedStep> STEPS = new ArrayList<>();
  private static float[] firstLogits;

  @BeforeAll
  static void fiveSteps() {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      Weights weights = Weights.initial(MODEL, 0, manager);
      weights
          .parameters()
          .forEach((name, value) -> value.set(FloatBuffer.wrap(PYTORCH.tensor("init", name))));
      firstLogits = logits(weights, PYTORCH.batch(1), manager);
      Learner learner = new Learner(CONFIG, MODEL, weights, manager);
      for (int step = 1; step <= PYTORCH.steps(); step++) {
        STEPS.add(LearnedStep.of(learner, PYTORCH.batch(step), CONFIG.schedule().momentum(step)));
      }
    }
  }

  @Test
  void theFitIsThatOfTheRun() {
    Fit fit = Fit.of("lmmodel7");

    assertThat(fit.oneCycle(735)).isEqualTo(CONFIG.schedule());
    assertThat(fit.weightDecay()).isEqualTo(CONFIG.weightDecay());
    assertThat(fit.regularizer()).isEqualTo(CONFIG.regularizer());
    assertThat(fit.bptt()).isEqualTo(CONFIG.bptt());
  }

  @Test
  void theSameParametersDecay() {
    for (Parameter parameter : MODEL.parameters()) {
      assertThat(parameter.decays())
          .as(parameter.name())
          .isEqualTo(PYTORCH.decays(parameter.name()));
    }
  }

  @Test
  void logitsOfTheFirstStep() {
    float[] expected = PYTORCH.tensor("logits_step1_f64_row0", "logits[0]");

    assertThat(Arrays.copyOf(firstLogits, expected.length))
        .containsExactly(expected, within((float) TOLERANCE));
  }

  @Test
  void lossesOfEachStep() {
    for (int step = 1; step <= STEPS.size(); step++) {
      StepReport report = STEPS.get(step - 1).report();
      JsonNode expected = PYTORCH.step(step);
      assertThat(report.loss()).isCloseTo(expected.get("loss").asDouble(), RELATIVE);
      assertThat(report.crossEntropy()).isCloseTo(expected.get("ce").asDouble(), RELATIVE);
      assertThat(report.activation()).isCloseTo(expected.get("ar").asDouble(), RELATIVE);
      assertThat(report.temporalActivation()).isCloseTo(expected.get("tar").asDouble(), RELATIVE);
    }
  }

  @Test
  void accuracyOfEachStep() {
    for (int step = 1; step <= STEPS.size(); step++) {
      StepReport report = STEPS.get(step - 1).report();
      assertThat(report.correct()).isEqualTo(PYTORCH.step(step).get("correct").asInt());
      assertThat(report.targets()).isEqualTo(PYTORCH.step(step).get("targets").asInt());
    }
  }

  @Test
  void scheduleOfEachStep() {
    for (int step = 1; step <= STEPS.size(); step++) {
      JsonNode expected = PYTORCH.step(step);
      assertThat(STEPS.get(step - 1).report().learningRate())
          .isCloseTo(expected.get("lr").asDouble(), RELATIVE);
      assertThat(CONFIG.schedule().momentum(step))
          .isCloseTo(expected.get("mom").asDouble(), RELATIVE);
    }
  }

  @Test
  void everyGradientOfTheFirstStep() {
    STEPS
        .get(0)
        .gradients()
        .forEach(
            (name, gradient) ->
                assertClose(name, gradient, PYTORCH.tensor("grad_step1_f64", name)));
  }

  @Test
  void gradientNormsOfEachStep() {
    for (int step = 1; step <= STEPS.size(); step++) {
      JsonNode expected = PYTORCH.step(step);
      double squares = 0;
      for (Map.Entry<String, double[]> entry : STEPS.get(step - 1).gradients().entrySet()) {
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
    for (int step = 1; step <= STEPS.size(); step++) {
      for (Map.Entry<String, float[]> entry : STEPS.get(step - 1).weights().entrySet()) {
        double[] values = doubles(entry.getValue());
        JsonNode expected = PYTORCH.step(step).get("weights").get(entry.getKey());
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
    STEPS
        .get(4)
        .weights()
        .forEach(
            (name, values) ->
                assertClose(name, doubles(values), PYTORCH.tensor("final_step5_f64", name)));
  }

  @Test
  void hiddenStatesAfterEachStep() {
    for (int step = 1; step <= STEPS.size(); step++) {
      JsonNode expected = PYTORCH.step(step).get("state");
      for (int layer = 0; layer < CONFIG.net().layers(); layer++) {
        for (int part = 0; part < 2; part++) {
          double[] values = STEPS.get(step - 1).state(part, layer, CONFIG.net().hidden());
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
      float[] expected = PYTORCH.tensor("state_step5_f64", part == 0 ? "h" : "c");
      for (int layer = 0; layer < CONFIG.net().layers(); layer++) {
        int size = expected.length / CONFIG.net().layers();
        assertClose(
            "layer " + layer,
            STEPS.get(4).state(part, layer, CONFIG.net().hidden()),
            Arrays.copyOfRange(expected, layer * size, (layer + 1) * size));
      }
    }
  }

  // Each value on its own, and the tensor as a whole, whose small values the first would not see.
  private static void assertClose(String name, double[] found, float[] expected) {
    double[] difference = new double[expected.length];
    Arrays.setAll(difference, i -> found[i] - expected[i]);

    assertThat(found).as(name).containsExactly(doubles(expected), within(ELEMENT));
    assertThat(norm(difference)).as(name).isLessThan(TOLERANCE * norm(doubles(expected)));
  }

  // The error of a sum grows with what is summed, not with the sum, which may cancel to nothing:
  // the scale is the largest sum that values of this norm can have.
  private static void assertSum(String name, double[] values, JsonNode expected) {
    double scale = expected.get("norm").asDouble() * Math.sqrt(values.length);
    assertThat(Arrays.stream(values).sum())
        .as("sum of %s", name)
        .isCloseTo(expected.get("sum").asDouble(), within(TOLERANCE * scale));
  }

  private static float[] logits(Weights weights, Batch batch, NDManager manager) {
    try (GradientMode mode = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      int lanes = batch.chunks().size();
      NDArray inputs = scope.create(batch.inputs(), new Shape(lanes, batch.length()));
      Shape state = new Shape(CONFIG.net().layers(), lanes, CONFIG.net().hidden());
      NDList zeros = new NDList(scope.zeros(state), scope.zeros(state));
      return MODEL
          .forward(weights.parameters(), inputs, zeros, Dropout.NONE)
          .logits()
          .toFloatArray();
    }
  }

  private static double norm(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
