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
    "gru, 9, 9, 2, 1, 1, 0",
    "awd-lstm, 12, 12, 2, 5, 7, 0",
    "awd-lstm, 12, 12, 2, 5, 7, 0.4",
    "awd-lstm, 20, 20, 3, 4, 9, 0.9",
    "awd-lstm, 8, 8, 2, 5, 7, 0.9",
    "awd-lstm, 11, 11, 1, 3, 1, 0.5"
  })
  void itsGradientsAreThoseThatTheEngineFinds(
      String name, int embedding, int hidden, int layers, int batch, int time, double dropout) {
    AwdDropout further =
        name.equals("awd-lstm")
            ? new AwdDropout(dropout * 0.5, dropout * 0.4, dropout * 0.6, dropout * 0.8)
            : AwdDropout.usual(name, 0);
    assertTheSame(
        new NetConfig(name, VOCABULARY, hidden, layers, dropout, embedding, further), batch, time);
  }

  private void assertTheSame(NetConfig net, int batch, int time) {
    int hidden = net.hidden();
    LanguageModel model = LanguageModels.of(net);
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      FloatBuffer initial = FloatBuffer.wrap(parameter.initialValues(1));
      parameters.put(parameter.name(), manager.create(initial, parameter.shape()));
    }
    NDArray inputs = manager.create(ids(batch * time), new Shape(batch, time));
    NDList states = states(model, net.layers(), batch, hidden);
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

  /** Each dropout of an AWD-LSTM, where it is the only one. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0, 0, 0, 0",
    "0, 0.5, 0, 0, 0",
    "0, 0, 0.5, 0, 0",
    "0, 0, 0, 0.5, 0",
    "0, 0, 0, 0, 0.5"
  })
  void eachDropoutOfAnAwdLstmIsFollowedBack(
      double output, double words, double inputs, double weight, double between) {
    AwdDropout further = new AwdDropout(words, inputs, weight, between);
    assertTheSame(new NetConfig("awd-lstm", VOCABULARY, HIDDEN, 3, output, HIDDEN, further), 5, 7);
  }

  /** Few inputs are dropped, none, and so many that no column of the embedding is left whole. */
  @ParameterizedTest
  @CsvSource({"80, 5, 0.005", "80, 1, 0.001", "200, 7, 0.01", "130, 64, 0.01", "80, 64, 0.5"})
  void whatInputsDropIsTakenAwayFromWholeWords(int hidden, int batch, double inputs) {
    AwdDropout further = new AwdDropout(0.2, inputs, 0.1, 0.1);
    assertTheSame(new NetConfig("awd-lstm", VOCABULARY, hidden, 2, 0.1, hidden, further), batch, 6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lmmodel7", "gru", "awd-lstm"})
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
    for (String name : new String[] {"lmmodel4", "lmmodel5"}) {
      LanguageModel model = LanguageModels.of(new NetConfig(name, VOCABULARY, HIDDEN, 2, 0.4));
      assertThat(BackpropagationWay.WRITTEN_OUT.canCompute(model, Device.cpu())).isFalse();
    }
    for (String name : new String[] {"lmmodel7", "awd-lstm"}) {
      LanguageModel fromScratch =
          LanguageModels.of(new NetConfig(name, VOCABULARY, HIDDEN, 2, 0.4), Cell.SCRATCH);
      assertThat(BackpropagationWay.WRITTEN_OUT.canCompute(fromScratch, Device.cpu())).isFalse();
    }
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
