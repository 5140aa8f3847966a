package io.flinklm.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import io.flinklm.net.Cell;
import io.flinklm.net.Dropout;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A prompt is read in parts, and only its last token is asked for the next one. */
class LongPromptTest {
  private static final Sampler LIKELIEST = new Sampler(0, 0);

  /** The parts make no difference, and the probability is the model's own. */
  @ParameterizedTest
  @CsvSource({
    "lmmodel3, 1",
    "lmmodel4, 1",
    "lmmodel5, 2",
    "lmmodel6, 2",
    "lmmodel7, 3",
    "gru, 2",
    "awd-lstm, 2"
  })
  void theProbabilityIsThatOfTheWholePromptReadAtOnce(String name, int layers) {
    NetConfig net = new NetConfig(name, 50, 40, layers, 0.4);
    LanguageModel model = LanguageModels.of(net);
    int[] prompt = new Random(3).ints(700, 0, 50).toArray();
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      Weights weights = Weights.initial(model, 7, manager);
      NDList states = new NDList();
      for (int part = 0; part < model.stateParts(); part++) {
        states.add(manager.zeros(new Shape(layers, 1, 40)));
      }
      long[] ids = Arrays.stream(prompt).asLongStream().toArray();
      NDArray inputs = manager.create(ids, new Shape(1, ids.length));
      NDArray logits = model.forward(weights.parameters(), inputs, states, Dropout.NONE).logits();
      float[] expected = logits.get(new NDIndex(":, -1")).softmax(-1).toFloatArray();

      Continuation found =
          new Predictor(net, Cell.ENGINE, 3, weights.parameters(), manager)
              .continuation(Memory.NONE, prompt, 1, LIKELIEST, 0);

      assertThat(found.probabilities()[0]).isCloseTo(expected[found.tokens()[0]], within(1e-6));
      for (float other : expected) {
        assertThat(found.probabilities()[0]).isGreaterThan(other - 1e-6);
      }
    }
  }

  /** All logits of this prompt would be 1.2 GB. */
  @Test
  void theMemoryThatItTakesDoesNotGrowWithVocabularyTimesLength() throws IOException {
    Path clear = Path.of("/proc/self/clear_refs");
    assumeTrue(Files.isWritable(clear), "only Linux says what a process took at most");
    NetConfig net = new NetConfig("lmmodel7", 30_000, 8, 2, 0.4);
    int[] prompt = new Random(3).ints(10_000, 0, 30_000).toArray();
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      Weights weights = Weights.initial(LanguageModels.of(net), 7, manager);
      Predictor predictor = new Predictor(net, Cell.ENGINE, 3, weights.parameters(), manager);
      predictor.continuation(Memory.NONE, new int[] {1, 2, 3}, 2, LIKELIEST, 0);
      // From here on the greatest resident size is counted anew.
      Files.writeString(clear, "5");
      long before = megabytes("VmRSS");

      predictor.continuation(Memory.NONE, prompt, 2, LIKELIEST, 0);

      assertThat(megabytes("VmHWM") - before).isLessThan(150);
    }
  }

  private static long megabytes(String field) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith(field + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }
}
