package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.net.Parameter;
import io.flinklm.weights.Weights;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdamWTest {
  private static final double DECAY = 0.1;
  private static final double BETA_2 = 0.99;
  private static final double EPSILON = 1e-5;
  private static final String DECAYING = "i_h.weight";
  private static final String NOT_DECAYING = "h_o.bias";

  private final NDManager manager = PyTorch.newManager(Device.cpu());
  private final GradientMode mode = GradientMode.off();
  private final Weights weights =
      Weights.initial(LanguageModels.of(new NetConfig("lmmodel7", 5, 4, 1, 0)), 0, manager);
  private final AdamW optimizer = new AdamW(weights, DECAY, StepFunctions.load(manager));

  @AfterEach
  void close() {
    mode.close();
    manager.close();
  }

  @Test
  void followsTheFormulaOverManySteps() {
    Schedule schedule = new Schedule.OneCycle(40, 1e-2, Schedule.Momenta.TEXT_LEARNER);
    Map<String, Plain> plain = new HashMap<>();
    weights.tensors().forEach(t -> plain.put(t.parameter().name(), Plain.of(t)));
    Random random = new Random(3);

    for (int step = 1; step <= 40; step++) {
      double learningRate = schedule.learningRate(step);
      double momentum = schedule.momentum(step);
      Map<String, float[]> gradients = gradients(random);
      optimizer.update(arrays(gradients), learningRate, momentum, manager);
      for (Weights.Trained t : weights.tensors()) {
        Plain expected = plain.get(t.parameter().name());
        expected.update(gradients.get(t.parameter().name()), learningRate, momentum, step);
        assertClose(t.value(), expected.value, 2e-6);
        assertClose(t.mean(), expected.mean, 1e-6);
        assertClose(t.variance(), expected.variance, 1e-6);
      }
    }
  }

  @Test
  void onlyWhatDecaysDecays() {
    Map<String, float[]> zeros = new HashMap<>();
    weights.parameters().forEach((name, value) -> zeros.put(name, new float[size(value)]));
    float[] before = weights.parameters().get(DECAYING).toFloatArray();
    float[] bias = weights.parameters().get(NOT_DECAYING).toFloatArray();

    optimizer.update(arrays(zeros), 0.5, 0.9, manager);

    float[] after = weights.parameters().get(DECAYING).toFloatArray();
    for (int i = 0; i < after.length; i++) {
      assertThat(after[i]).isCloseTo(before[i] * 0.95f, within(1e-6f));
    }
    assertThat(weights.parameters().get(NOT_DECAYING).toFloatArray()).isEqualTo(bias);
  }

  @Test
  void largeGradientsAreNotClipped() {
    Map<String, float[]> large = new HashMap<>();
    weights.parameters().forEach((name, value) -> large.put(name, new float[size(value)]));
    large.get(DECAYING)[0] = 1e4f;
    large.get(DECAYING)[1] = -1e4f;

    optimizer.update(arrays(large), 1e-3, 0.9, manager);

    float[] mean = weights.tensors().get(0).mean().toFloatArray();
    assertThat(mean[0]).isCloseTo(1e3f, within(0.01f));
    assertThat(mean[1]).isCloseTo(-1e3f, within(0.01f));
  }

  @Test
  void countsItsSteps() {
    assertThat(weights.step()).isZero();

    optimizer.update(arrays(gradients(new Random(1))), 1e-3, 0.9, manager);
    optimizer.update(arrays(gradients(new Random(1))), 1e-3, 0.9, manager);

    assertThat(weights.step()).isEqualTo(2);
  }

  @Test
  void leavesTheGradientsAsTheyAre() {
    Map<String, float[]> gradients = gradients(new Random(1));
    Map<String, NDArray> arrays = arrays(gradients);

    optimizer.update(arrays, 1e-3, 0.9, manager);

    arrays.forEach(
        (name, array) -> assertThat(array.toFloatArray()).isEqualTo(gradients.get(name)));
  }

  /** The formula of the recipe in doubles. */
  private record Plain(double[] value, double[] mean, double[] variance, double decay) {

    static Plain of(Weights.Trained t) {
      float[] floats = t.value().toFloatArray();
      double[] value = new double[floats.length];
      for (int i = 0; i < value.length; i++) {
        value[i] = floats[i];
      }
      boolean decays = !t.parameter().name().equals(NOT_DECAYING);
      int size = value.length;
      return new Plain(value, new double[size], new double[size], decays ? DECAY : 0);
    }

    void update(float[] gradient, double learningRate, double momentum, int step) {
      for (int i = 0; i < value.length; i++) {
        double g = gradient[i];
        value[i] *= 1 - learningRate * decay;
        mean[i] = momentum * mean[i] + (1 - momentum) * g;
        variance[i] = BETA_2 * variance[i] + (1 - BETA_2) * g * g;
        double corrected = mean[i] / (1 - Math.pow(momentum, step));
        double deviation = Math.sqrt(variance[i] / (1 - Math.pow(BETA_2, step)));
        value[i] -= learningRate * corrected / (deviation + EPSILON);
      }
    }
  }

  // From so small that epsilon decides to so large that it does not matter.
  private Map<String, float[]> gradients(Random random) {
    Map<String, float[]> gradients = new HashMap<>();
    for (Weights.Trained t : weights.tensors()) {
      float[] gradient = new float[size(t.value())];
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = (float) (random.nextGaussian() * Math.pow(10, -(i % 7)));
      }
      gradients.put(t.parameter().name(), gradient);
    }
    return gradients;
  }

  private Map<String, NDArray> arrays(Map<String, float[]> gradients) {
    Map<String, NDArray> arrays = new HashMap<>();
    for (Weights.Trained t : weights.tensors()) {
      Parameter parameter = t.parameter();
      FloatBuffer values = FloatBuffer.wrap(gradients.get(parameter.name()));
      arrays.put(parameter.name(), manager.create(values, parameter.shape()));
    }
    return arrays;
  }

  private static int size(NDArray array) {
    Shape shape = array.getShape();
    return Math.toIntExact(shape.size());
  }

  private static void assertClose(NDArray found, double[] expected, double tolerance) {
    float[] values = found.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i]).isCloseTo(expected[i], within(tolerance));
    }
  }
}
