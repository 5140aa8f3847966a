package io.flinklm.saved;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.flinklm.UserMistake;
import io.flinklm.json.Json;
import io.flinklm.text.TokenizerKind;
import io.flinklm.train.Fit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration file of a {@link SavedModel}: as JSON. */
final class ModelConfigFile {
  private ModelConfigFile() {}

  static byte[] toBytes(ModelConfig config) {
    try {
      return Json.STRICT.writerWithDefaultPrettyPrinter().writeValueAsBytes(config);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every configuration can be written", e);
    }
  }

  /**
   * Reads a config.
   *
   * @throws UserMistake if the file is not JSON, has not its fields, or names a model that there is
   *     not
   */
  static ModelConfig read(Path file) {
    try {
      byte[] json = Files.readAllBytes(file);
      ObjectNode object = Json.object(json);
      // Of builds from before there were others than words.
      object.putIfAbsent("tokenizer", TextNode.valueOf(TokenizerKind.WORDS.label()));
      ModelConfig config = Json.STRICT.treeToValue(object, ModelConfig.class);
      String model = config.net().model();
      if (!Fit.models().contains(model)) {
        String models = String.join(", ", Fit.models());
        throw new UserMistake(
            file + ": there is no model '" + model + "'; expected one of " + models);
      }
      return config;
    } catch (JsonProcessingException e) {
      throw new UserMistake(file + " does not describe a model: " + Json.reason(e), e);
    } catch (IOException e) {
      throw new UserMistake("cannot read " + file + ": " + e, e);
    }
  }
}
