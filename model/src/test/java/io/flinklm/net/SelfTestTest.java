package io.flinklm.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelfTestTest {
  private static final int ROWS = 64;
  private static final Device CPU = Device.cpu();

  /** A model whose forward pass is wrong, as that of an engine may be on some processor. */
  private record Planted(LanguageModel right, UnaryOperator<Forward> fault)
      implements LanguageModel {

    @Override
    public List<Parameter> parameters() {
      return right.parameters();
    }

    @Override
    public int stateParts() {
      return right.stateParts();
    }

    @Override
    public Forward forward(
        Map<String, NDArray> parameters,
        NDArray inputs,
        NDList states,
        Dropout dropout,
        Positions positions) {
      return fault.apply(right.forward(parameters, inputs, states, dropout, positions));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lmmodel1",
        "lmmodel2",
        "lmmodel3",
        "lmmodel4",
        "lmmodel5",
        "lmmodel6",
        "lmmodel7",
        "gru",
        "awd-lstm"
      })
  void theEngineIsRightForEveryModel(String name) {
    boolean writtenOut = List.of("lmmodel6", "lmmodel7", "gru", "awd-lstm").contains(name);
    for (int hidden : new int[] {1, 40, 64}) {
      SelfTest found = SelfTest.of(net(name, hidden), Cell.ENGINE, ROWS, CPU);

      assertThat(found.way())
          .isEqualTo(writtenOut ? BackpropagationWay.WRITTEN_OUT : BackpropagationWay.ENGINE);
      assertThat(found.warning()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lmmodel6", "lmmodel7", "awd-lstm"})
  void soIsTheChaptersCell(String name) {
    SelfTest found = SelfTest.of(net(name, 40), Cell.SCRATCH, ROWS, CPU);

    assertThat(found).isEqualTo(new SelfTest(BackpropagationWay.ENGINE, found.warning()));
    assertThat(found.warning()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"lmmodel5, 24", "lmmodel5, 72", "lmmodel6, 24", "lmmodel6, 72"})
  void soIsAnEmbeddingOfAnotherWidth(String name, int embedding) {
    NetConfig net = withEmbedding(net(name, 40), embedding);
    SelfTest found = SelfTest.of(net, Cell.ENGINE, ROWS, CPU);

    assertThat(found.way())
        .isEqualTo(
            name.equals("lmmodel6") ? BackpropagationWay.WRITTEN_OUT : BackpropagationWay.ENGINE);
    assertThat(found.warning()).isEmpty();
    LanguageModel planted =
        new Planted(
            LanguageModels.of(net),
            of -> new Forward(of.logits().mul(1.001), of.raw(), of.dropped(), of.states()));
    assertThatThrownBy(() -> SelfTest.test(planted, net, Cell.ENGINE, ROWS, CPU))
        .isInstanceOf(WrongArithmeticException.class)
        .hasMessageContaining(name + " with embedding " + embedding + ", hidden 40 and 2 layers");
  }

  @Test
  void aShapeIsTestedOnce() {
    SelfTest first = SelfTest.of(net("lmmodel7", 24), Cell.ENGINE, ROWS, CPU);

    assertThat(SelfTest.of(net("lmmodel7", 24), Cell.ENGINE, ROWS, CPU)).isSameAs(first);
  }

  @ParameterizedTest
  @CsvSource({"lmmodel6, scratch", "lmmodel7, scratch", "awd-lstm, scratch", "gru, AVX2"})
  void aPlantedFaultIsFoundAndTheLineSaysWhatHelps(String name, String helps) {
    LanguageModel planted =
        new Planted(
            LanguageModels.of(net(name, 40)),
            of -> new Forward(of.logits().mul(1.001), of.raw(), of.dropped(), of.states()));

    assertThatThrownBy(() -> SelfTest.test(planted, net(name, 40), Cell.ENGINE, ROWS, CPU))
        .isInstanceOf(WrongArithmeticException.class)
        .hasMessageContaining(name + " with hidden 40 and 2 layers")
        .hasMessageContaining(MachineKind.of(CPU).toClause())
        .hasMessageContaining("logits differ by 0.001")
        .hasMessageContaining(helps)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aWrongHiddenStateIsFound() {
    LanguageModel planted =
        new Planted(
            LanguageModels.of(net("gru", 40)),
            of -> new Forward(of.logits(), of.raw(), of.dropped(), times(of.states(), 1.01)));

    assertThatThrownBy(() -> SelfTest.test(planted, net("gru", 40), Cell.ENGINE, ROWS, CPU))
        .isInstanceOf(WrongArithmeticException.class)
        .hasMessageContaining("h differ by 0.01");
  }

  @Test
  void whatIsNoNumberIsWrong() {
    LanguageModel planted =
        new Planted(
            LanguageModels.of(net("gru", 40)),
            of -> new Forward(of.logits().mul(Float.NaN), null, null, of.states()));

    assertThatThrownBy(() -> SelfTest.test(planted, net("gru", 40), Cell.ENGINE, ROWS, CPU))
        .isInstanceOf(WrongArithmeticException.class)
        .hasMessageContaining("logits differ by NaN of their size in inference");
  }

  private static NDList times(NDList states, double factor) {
    return new NDList(states.stream().map(state -> state.mul(factor)).toList());
  }

  private static NetConfig withEmbedding(NetConfig net, int width) {
    return new NetConfig(
        net.model(),
        net.vocabulary(),
        net.hidden(),
        net.layers(),
        net.dropout(),
        width,
        net.awdDropout());
  }

  private static NetConfig net(String name, int hidden) {
    int layers = name.startsWith("lmmodel") && name.compareTo("lmmodel5") < 0 ? 1 : 2;
    return new NetConfig(name, 30, hidden, layers, 0.4);
  }
}
