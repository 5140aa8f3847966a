package io.flinklm.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flinklm.Blob.RefusedException;
import io.flinklm.engine.PyTorch;
import io.flinklm.net.Cell;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.predict.LoadedModel.Answer;
import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import io.flinklm.weights.Weights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadedModelTest {
  private static final Tokenizer VOCABULARY =
      WordTokenizer.of(
          List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"));
  private static final String TEXT = "four two zero one nine three five";
  private static final int WINDOW = 3;

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
  void aSessionInPartsIsOneText(String name) throws Exception {
    try (LoadedModel model = load(name, 7)) {
      Answer first = model.answer(prompt(TEXT, 4), Memory.NONE);
      Answer second = model.answer(prompt("six eight", 5), outAndIn(first.memory()));
      String whole = TEXT + " " + first.prediction().text() + " six eight";
      Answer atOnce = model.answer(prompt(whole, 5), Memory.NONE);

      assertThat(second.prediction().text()).isEqualTo(atOnce.prediction().text());
      assertThat(probabilities(second)).hasSize(5);
      assertThat(probabilities(second)).containsExactly(probabilities(atOnce), within(1e-5));
      assertThat(second.memory().unread()).isEqualTo(atOnce.memory().unread());
      // Nothing to add to what was said: the model goes on by itself.
      String longer = model.answer(prompt(TEXT, 9), Memory.NONE).prediction().text();
      assertThat(longer)
          .isEqualTo(
              first.prediction().text()
                  + " "
                  + model.answer(prompt("", 5), first.memory()).prediction().text());
    }
  }

  @Test
  void theSamePromptHasTheSameAnswerAndAnotherSeedAnother() {
    Prompt prompt = new Prompt("a", TEXT, 30, 1.5, 5, 3);
    Prompt other = new Prompt("a", TEXT, 30, 1.5, 5, 4);
    try (LoadedModel model = load("lmmodel7", 7);
        LoadedModel again = load("lmmodel7", 7);
        LoadedModel otherWeights = load("lmmodel7", 8)) {
      Prediction answer = model.answer(prompt, Memory.NONE).prediction();
      model.answer(other, Memory.NONE);

      assertThat(model.answer(prompt, Memory.NONE).prediction()).isEqualTo(answer);
      assertThat(again.answer(prompt, Memory.NONE).prediction()).isEqualTo(answer);
      assertThat(model.answer(other, Memory.NONE).prediction().text()).isNotEqualTo(answer.text());
      assertThat(otherWeights.answer(prompt, Memory.NONE).prediction().text())
          .isNotEqualTo(answer.text());
    }
  }

  @Test
  void anAnswerNamesItsWeightsAndItsProbabilitiesAreThoseOfTheModel() throws Exception {
    try (LoadedModel model = load("lmmodel7", 7)) {
      Prediction cold = model.answer(prompt(TEXT, 1), Memory.NONE).prediction();
      double sum = 0;
      boolean[] seen = new boolean[VOCABULARY.size()];
      for (int seed = 0; seed < 300; seed++) {
        Prompt hot = new Prompt("a", TEXT, 1, 100, 0, seed);
        PredictedToken token = model.answer(hot, Memory.NONE).prediction().tokens().get(0);
        int id = VOCABULARY.ids(token.token())[0];
        sum += seen[id] ? 0 : token.probability();
        seen[id] = true;
        assertThat(token.probability()).isLessThanOrEqualTo(cold.tokens().get(0).probability());
      }
      assertThat(sum).isCloseTo(1, within(1e-6));
      assertThat(cold.id()).isEqualTo("id");
      assertThat(cold.step()).isEqualTo(12);
      assertThat(cold.weightsSha256()).hasSize(64);
      assertThat(cold.error()).isNull();
    }
  }

  @Test
  void whatCannotBeAnsweredIsSaidAndNothingIsForgotten() {
    try (LoadedModel model = load("lmmodel7", 7);
        LoadedModel windowed = load("lmmodel1", 7)) {
      Memory memory = model.answer(prompt(TEXT, 4), Memory.NONE).memory();
      Answer unknown = model.answer(prompt("one zebra", 4), memory);
      assertThat(unknown.prediction())
          .isEqualTo(
              Prediction.ofError(
                  "id", "token 2, 'zebra', is not in the vocabulary, which has no <unk>"));
      assertThat(unknown.memory()).isSameAs(memory);
      assertThat(model.answer(prompt(" ", 4), Memory.NONE).prediction().error())
          .isEqualTo("the model needs at least 1 tokens of text, there is none");
      assertThat(windowed.answer(prompt("one two", 4), Memory.NONE).prediction().error())
          .isEqualTo("the model needs at least 3 tokens of text, there are 2");
    }
  }

  @Test
  void weightsOfAnotherSha256OrModelAreRefused() {
    byte[] weights = weights(net("lmmodel7"), 7);
    Frame frame = new Frame(net("lmmodel7"), Cell.ENGINE, WINDOW, VOCABULARY);
    assertThatThrownBy(() -> LoadedModel.load(frame, 1, "0".repeat(64), weights, Device.cpu()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("expected values of the SHA-256 000");
    Frame gru = new Frame(net("gru"), Cell.ENGINE, WINDOW, VOCABULARY);
    assertThatThrownBy(() -> LoadedModel.load(gru, 1, "0".repeat(64), weights, Device.cpu()))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void oneAnswerAfterAnotherLeavesNothingInTheEngine() {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      NetConfig net = net("awd-lstm");
      Weights weights = Weights.initial(LanguageModels.of(net), 7, manager);
      int before = manager.getManagedArrays().size();
      Predictor predictor = new Predictor(net, Cell.ENGINE, WINDOW, weights.parameters(), manager);
      Memory memory = Memory.NONE;
      for (int i = 0; i < 20; i++) {
        memory =
            predictor.continuation(memory, new int[] {1, 2, 3}, 10, new Sampler(1, 3), i).memory();
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  private static Memory outAndIn(Memory memory) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    memory.write(new DataOutputStream(bytes));
    Memory read = Memory.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    assertThat(read).isEqualTo(memory).hasSameHashCodeAs(memory);
    return read;
  }

  private static double[] probabilities(Answer answer) {
    return answer.prediction().tokens().stream().mapToDouble(PredictedToken::probability).toArray();
  }

  private static Prompt prompt(String text, int tokens) {
    return new Prompt("id", text, tokens, 0, 0, 0);
  }

  private static NetConfig net(String name) {
    int layers = List.of("lmmodel6", "lmmodel7", "gru", "awd-lstm").contains(name) ? 2 : 1;
    return new NetConfig(name, VOCABULARY.size(), 8, layers, 0.4);
  }

  private static byte[] weights(NetConfig net, long seed) {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      return Weights.initial(LanguageModels.of(net), seed, manager).toSafetensors();
    }
  }

  private static LoadedModel load(String name, long seed) {
    NetConfig net = net(name);
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      Weights weights = Weights.initial(LanguageModels.of(net), seed, manager);
      return LoadedModel.load(
          new Frame(net, Cell.ENGINE, WINDOW, VOCABULARY),
          12,
          weights.sha256(),
          weights.toSafetensors(),
          Device.cpu());
    }
  }
}
