package io.flinklm.predict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The JSON of a {@link Prompt}: one object with {@code id} and {@code text}; {@code tokens}, {@code
 * temperature}, {@code top_k} and {@code seed} may be left out. A field that is unknown is refused:
 * it may be one of these, misspelt.
 */
public final class PromptJson {
  private static final String ID = "id";
  private static final String TEXT = "text";
  private static final String TOKENS = "tokens";
  private static final String TEMPERATURE = "temperature";
  private static final String TOP_K = "top_k";
  private static final String SEED = "seed";
  private static final Set<String> FIELDS = Set.of(ID, TEXT, TOKENS, TEMPERATURE, TOP_K, SEED);
  private static final String NAMES = "id, text, tokens, temperature, top_k, seed";

  private PromptJson() {}

  /** Bytes that are no prompt; the message says what is wrong. */
  public static final class UnreadablePromptException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadablePromptException(String message) {
      super(message);
    }
  }

  /** The prompt as UTF-8. */
  public static byte[] toBytes(Prompt prompt) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put(ID, prompt.id()).put(TEXT, prompt.text()).put(TOKENS, prompt.tokens());
    node.put(TEMPERATURE, prompt.temperature()).put(TOP_K, prompt.topK());
    node.put(SEED, prompt.seed());
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a prompt. Its limits are not looked at.
   *
   * @param json what was received; null for nothing
   */
  public static Prompt parse(byte[] json) throws UnreadablePromptException {
    if (json == null) {
      throw new UnreadablePromptException("the record has no value; expected a JSON object");
    }
    JsonNode node = object(json);
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        throw unreadable("it has an unknown field; expected " + NAMES);
      }
    }
    return new Prompt(
        required(node, ID).textValue(),
        required(node, TEXT).textValue(),
        whole(node, TOKENS, Prompt.TOKENS),
        number(node, TEMPERATURE).doubleValue(),
        whole(node, TOP_K, 0),
        whole(node, SEED, 0));
  }

  private static JsonNode object(byte[] json) throws UnreadablePromptException {
    try {
      return Json.object(json);
    } catch (JsonProcessingException e) {
      throw unreadable(Json.reason(e));
    } catch (IOException e) {
      throw unreadable("it is not a JSON object");
    }
  }

  private static JsonNode required(JsonNode node, String name) throws UnreadablePromptException {
    JsonNode field = node.get(name);
    if (field == null) {
      throw unreadable("its field '" + name + "' is missing");
    }
    return checked(name, field, JsonNode::isTextual, "text");
  }

  private static long whole(JsonNode node, String name, long otherwise)
      throws UnreadablePromptException {
    JsonNode field = node.get(name);
    return field == null
        ? otherwise
        : checked(
                name,
                field,
                number -> number.isIntegralNumber() && number.canConvertToLong(),
                "a whole number of 64 bits")
            .longValue();
  }

  private static JsonNode number(JsonNode node, String name) throws UnreadablePromptException {
    JsonNode field = node.get(name);
    return field == null
        ? JsonNodeFactory.instance.numberNode(0.0)
        : checked(name, field, JsonNode::isNumber, "a number");
  }

  private static JsonNode checked(
      String name, JsonNode field, Predicate<JsonNode> isRight, String kind)
      throws UnreadablePromptException {
    if (!isRight.test(field)) {
      throw unreadable("its field '" + name + "' must be " + kind);
    }
    return field;
  }

  private static UnreadablePromptException unreadable(String reason) {
    return new UnreadablePromptException("the prompt cannot be read: " + reason);
  }
}
