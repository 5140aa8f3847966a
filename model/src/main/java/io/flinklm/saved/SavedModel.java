package io.flinklm.saved;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flinklm.Blob.RefusedException;
import io.flinklm.UserMistake;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.TokenizerKind;
import io.flinklm.text.TokenizerName;
import io.flinklm.weights.SavedWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A language model on disk, a directory with three files: the weights as safetensors under their
 * PyTorch names ({@value #WEIGHTS}), the configuration ({@value #CONFIG}) and the tokenizer ({@link
 * TokenizerKind#file}).
 *
 * @param directory where it was read
 * @param config what the configuration file holds
 * @param tokenizer of its token ids
 * @param parameters the weights by name
 */
public record SavedModel(
    Path directory, ModelConfig config, Tokenizer tokenizer, Map<String, NDArray> parameters) {
  /** The file of the weights. */
  public static final String WEIGHTS = "model.safetensors";

  /** The file of the configuration. */
  public static final String CONFIG = "config.json";

  /** The file of a tokenizer that is a list of tokens. */
  public static final String VOCABULARY = "vocabulary.txt";

  /**
   * Writes a model; each file is written aside and moved into place.
   *
   * @param safetensors as {@code Weights.toSafetensors}
   */
  public static void write(
      Path directory, ModelConfig config, Tokenizer tokenizer, byte[] safetensors)
      throws IOException {
    Files.createDirectories(directory);
    Path aside = Files.createTempDirectory(directory, ".model");
    Map<String, byte[]> files = files(config, tokenizer, safetensors);
    for (String file : files.keySet()) {
      Files.write(aside.resolve(file), files.get(file));
    }
    for (String file : files.keySet()) {
      Files.move(aside.resolve(file), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.delete(aside);
  }

  /** The same as the bytes of its files, by name. */
  public static Map<String, byte[]> files(
      ModelConfig config, Tokenizer tokenizer, byte[] safetensors) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(tokenizer.name().file(), tokenizer.toBytes());
    files.put(CONFIG, ModelConfigFile.toBytes(config));
    files.put(WEIGHTS, safetensors);
    return files;
  }

  /**
   * Reads a model into an engine's memory.
   *
   * @throws UserMistake if there is none, or a file is damaged or does not belong to the others;
   *     the manager holds nothing of it then
   */
  public static SavedModel read(Path directory, NDManager manager) {
    if (!Files.isRegularFile(directory.resolve(CONFIG))) {
      requireFiles(directory, WEIGHTS, CONFIG, VOCABULARY);
    }
    ModelConfig config = ModelConfigFile.read(directory.resolve(CONFIG));
    TokenizerName name = TokenizerName.of(config.tokenizer());
    requireFiles(directory, WEIGHTS, name.file());
    Tokenizer tokenizer = name.read(directory);
    if (!tokenizer.description().equals(config.tokens())) {
      throw new UserMistake(
          directory.resolve(name.file())
              + " is not the vocabulary that the model was trained on: expected "
              + config.tokens()
              + ", found "
              + tokenizer.description());
    }
    Path weights = directory.resolve(WEIGHTS);
    try {
      LanguageModel model = LanguageModels.of(config.net());
      SavedWeights saved =
          SavedWeights.of(Files.readAllBytes(weights), model, config.weightsSha256());
      return new SavedModel(directory, config, tokenizer, saved.in(manager));
    } catch (RefusedException e) {
      throw new UserMistake(
          weights + " does not hold the weights of " + CONFIG + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UserMistake("cannot read " + weights + ": " + e, e);
    }
  }

  private static void requireFiles(Path directory, String... files) {
    String missing =
        Stream.of(files)
            .filter(file -> !Files.isRegularFile(directory.resolve(file)))
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw new UserMistake("there is no model in " + directory + ": expected " + missing);
    }
  }

  /**
   * Makes sure that training can start from this model; dropout may be another.
   *
   * @param with the tokenizer of the text
   * @throws UserMistake if it is another model, of another shape or tokenizer; says in what
   */
  public void requireFits(NetConfig wanted, Tokenizer with) {
    String differences =
        Stream.of(
                difference("model", wanted.model(), config.net().model()),
                difference("hidden", wanted.hidden(), config.net().hidden()),
                // Where both are as wide as the hidden state, its difference says it.
                isPlain(wanted) && isPlain(config.net())
                    ? Optional.<String>empty()
                    : difference("embedding", wanted.embedding(), config.net().embedding()),
                difference("layers", wanted.layers(), config.net().layers()),
                difference("vocabulary", with.description(), config.tokens()))
            .flatMap(Optional::stream)
            .collect(Collectors.joining("; "));
    if (!differences.isEmpty()) {
      throw new UserMistake("the model in " + directory + " does not fit: " + differences);
    }
  }

  private static boolean isPlain(NetConfig net) {
    return net.embedding() == net.hidden();
  }

  private static Optional<String> difference(String what, Object expected, Object found) {
    return expected.equals(found)
        ? Optional.empty()
        : Optional.of(what + ": expected " + expected + ", found " + found);
  }
}
