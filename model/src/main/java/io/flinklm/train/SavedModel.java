package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.UserMistake;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.net.Parameter;
import io.flinklm.text.Vocabulary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A language model on disk, a directory with three files: the weights as safetensors under their
 * PyTorch names ({@value #WEIGHTS}), the configuration ({@value #CONFIG}) and the vocabulary
 * ({@value #VOCABULARY}).
 *
 * @param card what the configuration file holds
 * @param vocabulary of its token ids
 * @param parameters the weights by name
 */
public record SavedModel(Card card, Vocabulary vocabulary, Map<String, NDArray> parameters) {
  public static final String WEIGHTS = "model.safetensors";
  public static final String CONFIG = "config.json";
  public static final String VOCABULARY = "vocabulary.txt";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /**
   * What is to be known of saved weights.
   *
   * @param net shape of the model
   * @param bptt tokens in a window while training
   * @param lanes rows of a batch while training
   * @param seed of the training
   * @param step after which the weights were taken
   * @param weightsSha256 as {@link Weights#sha256}
   * @param vocabularyFingerprint as {@link Vocabulary#fingerprint}
   */
  public record Card(
      NetConfig net,
      int bptt,
      int lanes,
      long seed,
      long step,
      String weightsSha256,
      String vocabularyFingerprint) {

    public static Card of(
        TrainingConfig config, Vocabulary vocabulary, long step, String weightsSha256) {
      return new Card(
          config.net(),
          config.bptt(),
          config.lanes(),
          config.seed(),
          step,
          weightsSha256,
          vocabulary.fingerprint());
    }
  }

  /**
   * Writes a model; each file is written aside and moved into place.
   *
   * @param safetensors as {@link Weights#toSafetensors}
   */
  public static void write(Path directory, Card card, Vocabulary vocabulary, byte[] safetensors)
      throws IOException {
    Files.createDirectories(directory);
    Path aside = Files.createTempDirectory(directory, ".model");
    Files.write(aside.resolve(WEIGHTS), safetensors);
    Files.write(aside.resolve(CONFIG), JSON.writeValueAsBytes(card));
    vocabulary.write(aside.resolve(VOCABULARY));
    for (String file : new String[] {VOCABULARY, CONFIG, WEIGHTS}) {
      Files.move(aside.resolve(file), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.delete(aside);
  }

  /**
   * Reads a model into an engine's memory.
   *
   * @throws UserMistake if there is none, or its files do not belong together
   */
  public static SavedModel read(Path directory, NDManager manager) {
    Path weights = directory.resolve(WEIGHTS);
    if (!Files.exists(weights)) {
      throw new UserMistake("there is no model in " + directory + ": expected " + weights);
    }
    try (InputStream in = Files.newInputStream(weights)) {
      Card card = JSON.readValue(Files.readAllBytes(directory.resolve(CONFIG)), Card.class);
      Vocabulary vocabulary = Vocabulary.read(directory.resolve(VOCABULARY));
      if (!vocabulary.fingerprint().equals(card.vocabularyFingerprint)) {
        throw new UserMistake(
            directory.resolve(VOCABULARY) + " is not the vocabulary that the model was trained on");
      }
      Map<String, NDArray> parameters = new LinkedHashMap<>();
      NDList.decode(manager, in).forEach(value -> parameters.put(value.getName(), value));
      for (Parameter parameter : LanguageModels.of(card.net).parameters()) {
        NDArray value = parameters.get(parameter.name());
        if (value == null || !value.getShape().equals(parameter.shape())) {
          throw new UserMistake(
              weights
                  + ": expected "
                  + parameter.name()
                  + " "
                  + parameter.shape()
                  + ", found "
                  + (value == null ? "nothing" : value.getShape()));
        }
      }
      return new SavedModel(card, vocabulary, parameters);
    } catch (IOException e) {
      throw new UserMistake("cannot read the model in " + directory + ": " + e, e);
    }
  }
}
