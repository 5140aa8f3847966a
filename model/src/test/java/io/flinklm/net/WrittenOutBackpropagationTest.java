package io.flinklm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import io.flinklm.net.Backpropagation.OutputGradients;
import io.flinklm.net.Backpropagation.Pass;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("arithmetic")
class WrittenOutBackpropagationTest {
  private static final int VOCABULARY = 11;
  private static final int HIDDEN = 12;
  private static final double SCALE = 0.5;

  private final NDManager manager = PyTorch.newManager(Device.cpu());
  private final Random random = new Random(7);

  @AfterEach
  void close() {
    manager.close();
  }

  /** What is written out is what the engine finds, forward and backward. */
  @ParameterizedTest
  @CsvSource({
    "lmmodel6, 12, 12, 2, 5, 7, 0",
    "lmmodel6, 12, 12, 1, 1, 1, 0",
    "lmmodel6, 8, 8, 2, 5, 7, 0",
    "lmmodel6, 12, 12, 2, 5, 7, 0.4",
    "lmmodel6, 20, 8, 2, 5, 7, 0.4",
    "lmmodel6, 20, 12, 1, 1, 1, 0",
    "lmmodel6, 5, 12, 2, 5, 7, 0.1",
    "lmmodel6, 5, 8, 1, 4, 3, 0",
    "lmmodel7, 12, 12, 2, 5, 7, 0",
    "lmmodel7, 12, 12, 2, 5, 7, 0.4",
    "lmmodel7, 12, 12, 1, 3, 1, 0.4",
    "lmmodel7, 11, 11, 2, 5, 7, 0.4",
    "lmmodel7, 8, 8, 1, 4, 3, 0.1",
    "lmmodel7, 12, 12, 3, 1, 16, 0.5",
    "gru, 12, 12, 2, 5, 7, 0",
    "gru, 12, 12, 2, 5, 7, 0.4",
    "gru, 12, 12, 1, 3, 1, 0.4",
    "gru, 11, 11, 2, 5, 7, 0.4",
    "gru, 8, 8, 1, 4, 2, 0.1",
    "gru, 16, 16, 2, 4, 9, 0.1",
    "gru, 65, 65, 3, 1, 16, 0.5",
    "gru, 9, 9, 2, 1, 1, 0"
  })
  void itsGradientsAreThoseThatTheEngineFinds(
      String name, int embedding, int hidden, int layers, int batch, int time, double dropout) {
    AwdDropout none = AwdDropout.usual(name, 0);
    LanguageModel model =
        LanguageModels.of(
            new NetConfig(name, VOCABULARY, hidden, layers, dropout, embedding, none));
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      FloatBuffer initial = FloatBuffer.wrap(parameter.initialValues(1));
      parameters.put(parameter.name(), manager.create(initial, parameter.shape()));
    }
    NDArray inputs = manager.create(ids(batch * time), new Shape(batch, time));
    NDList states = states(model, layers, batch, hidden);
    OutputGradients of =
        new OutputGradients(
            values(batch, time, VOCABULARY),
            Optional.of(values(batch, time, hidden)),
            Optional.of(values(batch, time, hidden)));
    assertThat(BackpropagationWay.WRITTEN_OUT.canCompute(model, Device.cpu())).isTrue();
    Backpropagation written = BackpropagationWay.WRITTEN_OUT.load(model, manager);

    Pass expected =
        new EngineBackpropagation(model)
            .forward(parameters, inputs, states, Dropout.of(3, 1), manager);
    Pass found = written.forward(parameters, inputs, states, Dropout.of(3, 1), manager);

    assertClose("logits", found.forward().logits(), expected.forward().logits());
    for (int part = 0; part < model.stateParts(); part++) {
      assertClose(
          "state", found.forward().states().get(part), expected.forward().states().get(part));
    }
    assertClose("raw", found.forward().raw(), expected.forward().raw());
    assertClose("dropped", found.forward().dropped(), expected.forward().dropped());
    Map<String, NDArray> gradients = found.gradients(of);
    assertThat(gradients.keySet()).containsExactlyElementsOf(parameters.keySet());
    expected
        .gradients(of)
        .forEach(
            (parameter, gradient) -> assertClose(parameter, gradients.get(parameter), gradient));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lmmodel7", "gru"})
  void theSamePassGivesTheSameBits(String name) {
    LanguageModel model = LanguageModels.of(new NetConfig(name, VOCABULARY, HIDDEN, 2, 0.4));
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      FloatBuffer initial = FloatBuffer.wrap(parameter.initialValues(1));
      parameters.put(parameter.name(), manager.create(initial, parameter.shape()));
    }
    NDArray inputs = manager.create(ids(4 * 6), new Shape(4, 6));
    NDList states = states(model, 2, 4, HIDDEN);
    OutputGradients of =
        new OutputGradients(values(4, 6, VOCABULARY), Optional.empty(), Optional.empty());
    Backpropagation written = BackpropagationWay.WRITTEN_OUT.load(model, manager);

    Map<String, NDArray> first =
        written.forward(parameters, inputs, states, Dropout.of(3, 1), manager).gradients(of);
    Map<String, NDArray> second =
        written.forward(parameters, inputs, states, Dropout.of(3, 1), manager).gradients(of);

    first.forEach(
        (parameter, gradient) ->
            assertThat(second.get(parameter).toFloatArray()).isEqualTo(gradient.toFloatArray()));
  }

  @Test
  void otherModelsAreLeftToTheEngine() {
    for (String name : new String[] {"lmmodel4", "lmmodel5", "awd-lstm"}) {
      LanguageModel model = LanguageModels.of(new NetConfig(name, VOCABULARY, HIDDEN, 2, 0.4));
      assertThat(BackpropagationWay.WRITTEN_OUT.canCompute(model, Device.cpu())).isFalse();
    }
    LanguageModel fromScratch =
        LanguageModels.of(new NetConfig("lmmodel7", VOCABULARY, HIDDEN, 2, 0.4), Cell.SCRATCH);
    assertThat(BackpropagationWay.WRITTEN_OUT.canCompute(fromScratch, Device.cpu())).isFalse();
    LanguageModel ofEngine =
        LanguageModels.of(new NetConfig("lmmodel7", VOCABULARY, HIDDEN, 2, 0.4));
    assertThat(BackpropagationWay.WRITTEN_OUT.canCompute(ofEngine, Device.gpu())).isFalse();
  }

  private NDList states(LanguageModel model, long layers, long batch, long hidden) {
    NDList states = new NDList();
    for (int part = 0; part < model.stateParts(); part++) {
      states.add(values(layers, batch, hidden));
    }
    return states;
  }

  private long[] ids(int count) {
    return random.longs(count, 0, VOCABULARY).toArray();
  }

  private NDArray values(long... sizes) {
    Shape shape = new Shape(sizes);
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * SCALE);
    }
    return manager.create(FloatBuffer.wrap(values), shape);
  }

  private static void assertClose(String name, NDArray found, NDArray expected) {
    assertThat(found.getShape()).as(name).isEqualTo(expected.getShape());
    float[] values = found.toFloatArray();
    float[] wanted = expected.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      float tolerance = 1e-5f * Math.max(1, Math.abs(wanted[i]));
      assertThat(values[i]).as(name).isCloseTo(wanted[i], within(tolerance));
    }
  }
}
