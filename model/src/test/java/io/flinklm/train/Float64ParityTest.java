package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;
import io.flinklm.lane.Batch;
import io.flinklm.net.Backpropagation.Pass;
import io.flinklm.net.Dropout;
import io.flinklm.net.EngineBackpropagation;
import io.flinklm.net.Forward;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.Parameter;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Model, loss, regularizers and gradients are those of PyTorch in float64 too. The optimizer is
 * not: the engine's fused update takes its rates as float32. So the weights are updated here, by
 * the formulas of fastai's Adam.
 */
@Tag("arithmetic")
class Float64ParityTest {
  private static final Percentage RELATIVE = withinPercentage(100 * 1e-9);
  private static final double BETA_2 = 0.99;
  private static final double EPSILON = 1e-5;

  private final Map<String, double[]> means = new HashMap<>();
  private final Map<String, double[]> variances = new HashMap<>();
  private Map<String, NDArray> gradients;

  @ParameterizedTest
  @ValueSource(strings = {"lmmodel6", "lmmodel7"})
  void fiveSteps(String name) {
    PyTorchRun pytorch = PyTorchRun.of(name);
    TrainingConfig config = pytorch.config(name);
    LanguageModel model = LanguageModels.of(config.net());
    try (NDManager manager = PyTorch.newManager(Device.cpu());
        GradientMode mode = GradientMode.off()) {
      Map<String, NDArray> weights = new LinkedHashMap<>();
      for (Parameter parameter : model.parameters()) {
        FloatBuffer initial = FloatBuffer.wrap(pytorch.tensor("init", parameter.name()));
        NDArray value = manager.create(initial, parameter.shape());
        weights.put(parameter.name(), value.toType(DataType.FLOAT64, true));
      }
      Shape state = new Shape(config.net().layers(), config.laneCount(), config.net().hidden());
      NDList states =
          new NDList(
              manager.zeros(state, DataType.FLOAT64), manager.zeros(state, DataType.FLOAT64));
      for (int step = 1; step <= pytorch.steps(); step++) {
        JsonNode expected = pytorch.stepInFloat64(step);
        Forward forward =
            forward(model, weights, states, pytorch.batch(step), config, expected, manager);
        states = detached(forward.states());
        requireState(states, expected.get("state"));
        weights = updated(model, weights, config, expected, manager);
      }
    }
  }

  private Forward forward(
      LanguageModel model,
      Map<String, NDArray> weights,
      NDList states,
      Batch batch,
      TrainingConfig config,
      JsonNode expected,
      NDManager manager) {
    Shape shape = new Shape(batch.chunks().size(), batch.length());
    NDArray inputs = manager.create(batch.inputs(), shape);
    Pass pass =
        new EngineBackpropagation(model).forward(weights, inputs, states, Dropout.NONE, manager);
    Forward forward = pass.forward();
    long[] ids = batch.lastTargets(batch.length());
    NDArray targets = manager.create(ids, new Shape(ids.length));
    Loss loss =
        Loss.of(forward, targets, config.regularizer(), StepFunctions.load(manager), manager);
    gradients = pass.gradients(loss.gradients());
    assertClose(loss.crossEntropy().value(), expected, "ce");
    loss.activation().ifPresent(ar -> assertClose(ar.value(), expected, "ar"));
    loss.temporalActivation().ifPresent(tar -> assertClose(tar.value(), expected, "tar"));
    assertThat(loss.activation().isPresent()).isEqualTo(config.regularizer().alpha() > 0);
    assertThat(loss.temporalActivation().isPresent()).isEqualTo(config.regularizer().beta() > 0);
    return forward;
  }

  private static void assertClose(NDArray found, JsonNode expected, String name) {
    assertThat(found.getDouble()).as(name).isCloseTo(expected.get(name).asDouble(), RELATIVE);
  }

  private Map<String, NDArray> updated(
      LanguageModel model,
      Map<String, NDArray> weights,
      TrainingConfig config,
      JsonNode expected,
      NDManager manager) {
    Map<String, NDArray> updated = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      String name = parameter.name();
      double[] values = weights.get(name).toDoubleArray();
      double[] gradient = gradients.get(name).toDoubleArray();
      assertThat(norm(gradient))
          .as(name)
          .isCloseTo(expected.get("grads").get(name).get("norm").asDouble(), RELATIVE);
      update(name, values, gradient, parameter.decays() ? config.weightDecay() : 0, expected);
      assertThat(norm(values))
          .as(name)
          .isCloseTo(expected.get("weights").get(name).get("norm").asDouble(), RELATIVE);
      updated.put(name, manager.create(values, parameter.shape()));
    }
    return updated;
  }

  private void update(
      String name, double[] values, double[] gradient, double decay, JsonNode expected) {
    double[] m = means.computeIfAbsent(name, any -> new double[values.length]);
    double[] v = variances.computeIfAbsent(name, any -> new double[values.length]);
    double rate = expected.get("lr").asDouble();
    double momentum = expected.get("mom").asDouble();
    int step = expected.get("step").asInt();
    for (int i = 0; i < values.length; i++) {
      m[i] = momentum * m[i] + (1 - momentum) * gradient[i];
      v[i] = BETA_2 * v[i] + (1 - BETA_2) * gradient[i] * gradient[i];
      double root = Math.sqrt(v[i] / (1 - Math.pow(BETA_2, step))) + EPSILON;
      values[i] =
          values[i] * (1 - rate * decay) - rate / (1 - Math.pow(momentum, step)) * m[i] / root;
    }
  }

  private static NDList detached(NDList states) {
    NDList detached = new NDList();
    states.forEach(state -> detached.add(state.stopGradient()));
    return detached;
  }

  private static void requireState(NDList states, JsonNode expected) {
    for (int part = 0; part < 2; part++) {
      for (int layer = 0; layer < states.get(part).getShape().get(0); layer++) {
        assertThat(norm(states.get(part).get(layer).toDoubleArray()))
            .isCloseTo(
                expected.get(part == 0 ? "h" : "c").get(layer).get("norm").asDouble(), RELATIVE);
      }
    }
  }

  private static double norm(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
  }
}
