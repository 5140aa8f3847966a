package io.flinklm.saved;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.flinklm.UserMistake;
import io.flinklm.json.Json;
import io.flinklm.net.AwdDropout;
import io.flinklm.net.ModelKind;
import io.flinklm.text.TokenizerKind;
import io.flinklm.train.Fit;
import io.flinklm.train.Replication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration file of a {@link SavedModel}: as JSON. */
final class ModelConfigFile { // Of the net, and only of a model that has it.
  private static final String AWD_DROPOUT = "awd_dropout";
  // In the stead of a field of the record, and only of a model of several replicas.
  private static final String REPLICATION = "replication";
  private static final String REPLICAS = "replicas";
  private static final String ROUND = "round";
  private static final String EXCHANGE = "exchange";

  private ModelConfigFile() {}

  static byte[] toBytes(ModelConfig config) {
    try {
      ObjectNode object = Json.STRICT.valueToTree(config);
      if (!config.net().model().equals(ModelKind.AWD_LSTM.label())) {
        object.withObject("/net").remove(AWD_DROPOUT);
      }
      object.remove(REPLICATION);
      if (config.replication().isShared()) {
        object.put(REPLICAS, config.replication().count());
        object.put(ROUND, config.replication().round());
        object.put(EXCHANGE, config.replication().exchange().label());
      }
      return Json.STRICT.writerWithDefaultPrettyPrinter().writeValueAsBytes(object);
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
      // And before there were shards.
      object.putIfAbsent("shards", IntNode.valueOf(1));
      object.set(REPLICATION, replication(object));
      if (object.get("net") instanceof ObjectNode net) {
        fillIn(net);
      }
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

  private static JsonNode replication(ObjectNode object) {
    if (!object.has(REPLICAS)) {
      return Json.STRICT.valueToTree(Replication.NONE);
    }
    ObjectNode replication = object.objectNode();
    replication.set("count", object.remove(REPLICAS));
    replication.set(ROUND, object.remove(ROUND));
    replication.set(EXCHANGE, object.remove(EXCHANGE));
    return replication;
  }

  // What older builds did not keep, and what a model has not.
  private static void fillIn(ObjectNode net) {
    if (net.has("hidden")) {
      net.putIfAbsent("embedding", net.get("hidden"));
    }
    AwdDropout usual = AwdDropout.usual(net.path("model").asText(), net.path("dropout").asDouble());
    net.putIfAbsent(AWD_DROPOUT, Json.STRICT.valueToTree(usual));
  }
}
