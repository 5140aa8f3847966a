package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinklm.engine.PyTorch;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.saved.ModelConfig;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import io.flinklm.weights.SavedWeights;
import io.flinklm.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every model's weights open in PyTorch, and give there the logits that they give here. */
class PyTorchReaderTest {
  private static final Path READER = Path.of("..", "docs", "pytorch");
  private static final ObjectMapper JSON = new ObjectMapper();

  // What logits.py reads beside a model, and what it writes there.
  private static final String GIVEN = "given.json";
  private static final String LOGITS = "logits.json";

  // A file of safetensors' own save_model; no model is called so.
  private static final List<String> WORDS = IntStream.range(0, 11).mapToObj(i -> "t" + i).toList();
  private static final String SAVE_MODEL = "save_model";

  private static final List<String> UNTIED = List.of("lmmodel5", "lmmodel6");
  // Narrower and wider than each of them.
  private static final int[] EMBEDDINGS = {8, 64};
  private static final Map<String, List<float[]>> EXPECTED = new HashMap<>();

  @TempDir private static Path directory;

  private static Optional<PythonWithTorch> python;

  /** Asks once for all models: torch takes a second to load. */
  @BeforeAll
  static void askPyTorch() throws Exception {
    python = PythonWithTorch.find();
    if (python.isEmpty()) {
      return;
    }
    Path script = Path.of(PyTorchReaderTest.class.getResource("/logits.py").toURI());
    List<String> command = new ArrayList<>(List.of("-B", script.toString()));
    command.add(READER.toString());
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      for (String model : Fit.models()) {
        EXPECTED.put(model, write(model, net(model), manager));
        command.add(directory.resolve(model).toString());
      }
      for (int embedding : EMBEDDINGS) {
        for (String model : UNTIED) {
          String name = model + "-" + embedding;
          EXPECTED.put(name, write(name, withEmbedding(net(model), embedding), manager));
          command.add(directory.resolve(name).toString());
        }
      }
      EXPECTED.put(SAVE_MODEL, writeFixture(manager));
      command.add(directory.resolve(SAVE_MODEL).toString());
    }
    python.get().run(command);
  }

  // Before each, so that each counts as skipped: surefire shows a class without tests as nothing.
  @BeforeEach
  void requireTorch() {
    assumeTrue(python.isPresent(), PythonWithTorch.MISSING);
  }

  @ParameterizedTest
  @MethodSource("io.flinklm.train.Fit#models")
  void theLogitsAreTheSame(String model) throws IOException {
    requireSameLogits(model);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lmmodel5-8", "lmmodel5-64", "lmmodel6-8", "lmmodel6-64"})
  void soTheyAreOfAnEmbeddingOfAnotherWidth(String name) throws IOException {
    requireSameLogits(name);
  }

  /** As of a file that has a tied matrix by one name, and says in its metadata by which. */
  @Test
  void theLogitsAreTheSameOfWhatSaveModelWrote() throws IOException {
    requireSameLogits(SAVE_MODEL);
  }

  private static void requireSameLogits(String model) throws IOException {
    float[][] found =
        JSON.readValue(directory.resolve(model).resolve(LOGITS).toFile(), float[][].class);

    List<float[]> expected = EXPECTED.get(model);
    assertThat(found).hasDimensions(expected.size(), expected.get(0).length);
    for (int i = 0; i < found.length; i++) {
      assertThat(largestDifference(found[i], expected.get(i))).as("window %d", i).isLessThan(1e-5);
    }
  }

  private static double largestDifference(float[] found, float[] expected) {
    return IntStream.range(0, found.length)
        .mapToDouble(i -> Math.abs((double) found[i] - expected[i]))
        .max()
        .orElseThrow();
  }

  // The models differ in width, so that none fits another's file.
  private static NetConfig net(String name) {
    Fit fit = Fit.of(name);
    int hidden = 16 + 6 * Fit.models().indexOf(name);
    return new NetConfig(name, WORDS.size(), hidden, fit.layers(), fit.dropout());
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

  private static List<float[]> write(String name, NetConfig net, NDManager manager)
      throws IOException {
    Fit fit = Fit.of(net.model());
    Tokenizer tokenizer = WordTokenizer.of(WORDS);
    LanguageModel model = LanguageModels.of(net);
    Weights weights = Weights.initial(model, 1, manager);
    ModelConfig config =
        new ModelConfig(
            net,
            fit.bptt(),
            3,
            1,
            Replication.NONE,
            1,
            0,
            weights.sha256(),
            "words",
            tokenizer.fingerprint());
    Path home = directory.resolve(name);
    SavedModel.write(home, config, tokenizer, weights.toSafetensors());
    GivenWindows given = GivenWindows.of(net, model.stateParts(), fit.bptt());
    JSON.writeValue(home.resolve(GIVEN).toFile(), given);
    return given.logits(model, weights.parameters(), manager);
  }

  private static List<float[]> writeFixture(NDManager manager) throws Exception {
    byte[] file =
        Files.readAllBytes(
            Path.of(
                PyTorchReaderTest.class
                    .getResource("/fixtures/" + SAVE_MODEL + ".safetensors")
                    .toURI()));
    LanguageModel model = LanguageModels.of(WrittenModel.NET);
    SavedWeights weights = SavedWeights.of(file, model);
    ModelConfig config =
        new ModelConfig(
            WrittenModel.NET,
            16,
            3,
            1,
            Replication.NONE,
            1,
            0,
            weights.sha256(),
            "words",
            WrittenModel.VOCABULARY.fingerprint());
    Path home = directory.resolve(SAVE_MODEL);
    SavedModel.write(home, config, WrittenModel.VOCABULARY, file);
    GivenWindows given = GivenWindows.of(WrittenModel.NET, model.stateParts(), 16);
    JSON.writeValue(home.resolve(GIVEN).toFile(), given);
    return given.logits(model, weights.in(manager), manager);
  }
}
