package io.flinklm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LMModel7Test {
  private static final NetConfig CONFIG = new NetConfig("lmmodel7", 11, 8, 2, 0.4);
  private static final LanguageModel MODEL = LanguageModels.of(CONFIG);

  private final NDManager manager = PyTorch.newManager(Device.cpu());
  private final GradientMode mode = GradientMode.off();
  private final Map<String, NDArray> weights = new HashMap<>();
  private NDArray inputs;

  @BeforeEach
  void drawWeights() {
    for (Parameter parameter : MODEL.parameters()) {
      FloatBuffer values = FloatBuffer.wrap(parameter.initialValues(0));
      weights.put(parameter.name(), manager.create(values, parameter.shape()));
    }
    inputs = manager.create(new long[] {1, 2, 3, 4, 5, 6, 0, 10, 9, 8, 7, 7}, new Shape(2, 6));
  }

  @AfterEach
  void close() {
    mode.close();
    manager.close();
  }

  @Test
  void itsParametersAreThoseOfPyTorchInOrder() {
    Shape matrix = new Shape(32, 8);
    Shape vector = new Shape(32);

    assertThat(MODEL.parameters())
        .extracting(Parameter::name)
        .containsExactly(
            "i_h.weight",
            "rnn.weight_ih_l0",
            "rnn.weight_hh_l0",
            "rnn.bias_ih_l0",
            "rnn.bias_hh_l0",
            "rnn.weight_ih_l1",
            "rnn.weight_hh_l1",
            "rnn.bias_ih_l1",
            "rnn.bias_hh_l1",
            "h_o.bias");
    assertThat(MODEL.parameters())
        .extracting(Parameter::shape)
        .containsExactly(
            new Shape(11, 8),
            matrix,
            matrix,
            vector,
            vector,
            matrix,
            matrix,
            vector,
            vector,
            new Shape(11));
  }

  @Test
  void allButTheOutputBiasDecay() {
    assertThat(MODEL.parameters().stream().filter(parameter -> !parameter.decays()))
        .extracting(Parameter::name)
        .containsExactly("h_o.bias");
  }

  @Test
  void aForwardPassHasTheShapesThatItSays() {
    Forward forward = forward(inputs, zeros(2), Dropout.NONE);

    assertThat(forward.logits().getShape()).isEqualTo(new Shape(2, 6, 11));
    assertThat(forward.raw().getShape()).isEqualTo(new Shape(2, 6, 8));
    assertThat(forward.dropped()).isSameAs(forward.raw());
    assertThat(List.of(forward.states().getShapes()))
        .containsExactly(new Shape(2, 2, 8), new Shape(2, 2, 8));
  }

  @Test
  void twoWindowsWithTheStateCarriedAreOneLongWindow() {
    Forward whole = forward(inputs, zeros(2), Dropout.NONE);
    Forward first = forward(inputs.get(new NDIndex(":, :4")), zeros(2), Dropout.NONE);
    Forward second = forward(inputs.get(new NDIndex(":, 4:")), first.states(), Dropout.NONE);

    assertClose(first.logits().concat(second.logits(), 1), whole.logits());
    assertClose(second.states().get(0), whole.states().get(0));
    assertClose(second.states().get(1), whole.states().get(1));
  }

  @Test
  void lanesDoNotSeeEachOther() {
    Forward both = forward(inputs, zeros(2), Dropout.NONE);
    Forward second = forward(inputs.get(new NDIndex("1:2")), zeros(1), Dropout.NONE);

    assertClose(second.logits(), both.logits().get(new NDIndex("1:2")));
    assertClose(second.states().get(0), both.states().get(0).get(new NDIndex(":, 1:2")));
  }

  @Test
  void theLastHiddenStateIsTheLastRawOutput() {
    Forward forward = forward(inputs, zeros(2), Dropout.NONE);

    assertClose(
        forward.states().get(0).get(new NDIndex("1")), forward.raw().get(new NDIndex(":, -1")));
  }

  @Test
  void theOutputMatrixIsTheEmbedding() {
    Forward forward = forward(inputs, zeros(2), Dropout.NONE);

    NDArray product = forward.raw().reshape(12, 8).matMul(weights.get("i_h.weight").transpose());
    assertClose(forward.logits().reshape(12, 11), product.add(weights.get("h_o.bias")));
  }

  @Test
  void dropoutActsBetweenTheLstmAndTheOutputAndNotOnTheState() {
    Forward kept = forward(inputs, zeros(2), Dropout.NONE);
    Forward forward = forward(inputs, zeros(2), Dropout.of(0, 1));

    assertClose(forward.raw(), kept.raw());
    assertClose(forward.states().get(0), kept.states().get(0));
    assertClose(forward.dropped(), Dropout.of(0, 1).apply(kept.raw(), 0.4, TiedModel.DROPPED));
    NDArray product =
        forward.dropped().reshape(12, 8).matMul(weights.get("i_h.weight").transpose());
    assertClose(forward.logits().reshape(12, 11), product.add(weights.get("h_o.bias")));
  }

  private Forward forward(NDArray window, NDList states, Dropout dropout) {
    return MODEL.forward(weights, window, states, dropout);
  }

  private NDList zeros(int laneCount) {
    Shape shape = new Shape(CONFIG.layers(), laneCount, CONFIG.hidden());
    return new NDList(manager.zeros(shape), manager.zeros(shape));
  }

  private static void assertClose(NDArray found, NDArray expected) {
    assertThat(found.getShape()).isEqualTo(expected.getShape());
    assertThat(found.toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-6f));
  }
}
