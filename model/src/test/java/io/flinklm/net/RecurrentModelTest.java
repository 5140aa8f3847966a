package io.flinklm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LMModel5 and LMModel6 with what the chapter does not give them: dropout, another embedding. */
class RecurrentModelTest {
  private static final int EMBEDDING = 12;
  private static final int HIDDEN = 8;
  private static final int VOCABULARY = 11;

  @ParameterizedTest
  @ValueSource(strings = {"lmmodel5", "lmmodel6"})
  void theirDropoutIsThatOfTheOutput(String name) {
    try (NDManager manager = PyTorch.newManager(Device.cpu());
        GradientMode mode = GradientMode.off()) {
      FixedNumbers of = FixedNumbers.of(net(name), DataType.FLOAT32, manager);
      LanguageModel model = LanguageModels.of(net(name));
      Forward forward = of.forward(model, 3, 5, Dropout.of(0, 1), manager);

      assertThat(forward.raw().getShape()).isEqualTo(new Shape(3, 5, HIDDEN));
      NDArray dropped = Dropout.of(0, 1).apply(forward.raw(), 0.4, TiedModel.DROPPED);
      assertThat(forward.dropped().toFloatArray()).isEqualTo(dropped.toFloatArray());
      NDArray logits = Functional.linear(dropped, of.parameters(), "h_o");
      assertThat(forward.logits().toFloatArray())
          .containsExactly(logits.toFloatArray(), within(1e-6f));
      Forward kept = of.forward(model, 3, 5, Dropout.NONE, manager);
      assertThat(kept.dropped()).isSameAs(kept.raw());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lmmodel5", "lmmodel6"})
  void onlyTheFirstLayerKnowsTheWidthOfTheEmbedding(String name) {
    Map<String, Shape> shapes =
        LanguageModels.of(net(name)).parameters().stream()
            .collect(Collectors.toMap(Parameter::name, Parameter::shape));
    int rows = name.equals("lmmodel6") ? 4 * HIDDEN : HIDDEN;

    assertThat(shapes)
        .containsEntry("i_h.weight", new Shape(VOCABULARY, EMBEDDING))
        .containsEntry("rnn.weight_ih_l0", new Shape(rows, EMBEDDING))
        .containsEntry("rnn.weight_hh_l0", new Shape(rows, HIDDEN))
        .containsEntry("rnn.weight_ih_l1", new Shape(rows, HIDDEN))
        .containsEntry("rnn.bias_ih_l0", new Shape(rows))
        .containsEntry("h_o.weight", new Shape(VOCABULARY, HIDDEN));
  }

  private static NetConfig net(String name) {
    return new NetConfig(name, VOCABULARY, HIDDEN, 2, 0.4, EMBEDDING, AwdDropout.usual(name, 0));
  }
}
