package io.flinklm.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is to be known of a {@code tokenizer.json} of Hugging Face beside what its own library does
 * with it: which tokens there are, and what they stand for.
 */
final class TokenizerJson {
  private final SortedMap<Integer, String> tokens = new TreeMap<>();
  private final Map<Integer, String> added = new TreeMap<>();
  private final boolean isByteLevel;
  private final String forLibrary;

  private TokenizerJson(ObjectNode json) throws IOException {
    JsonNode vocabulary = json.path("model").path("vocab");
    if (vocabulary.isObject()) {
      vocabulary.properties().forEach(entry -> tokens.put(id(entry.getValue()), entry.getKey()));
    } else {
      // Of Unigram: a list of tokens, each with its score.
      for (JsonNode token : vocabulary) {
        tokens.put(tokens.size(), token.path(0).asText());
      }
    }
    json.path("added_tokens")
        .forEach(token -> added.put(id(token.path("id")), token.path("content").asText()));
    tokens.putAll(added);
    isByteLevel = json.path("decoder").path("type").asText().equals("ByteLevel");
    forLibrary = withoutWhatChangesIds(json);
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it is none; the message says why in a clause
   */
  static TokenizerJson of(byte[] file) throws IOException {
    try {
      TokenizerJson json = new TokenizerJson(Json.object(file));
      if (json.tokens.isEmpty()) {
        throw new IOException("it has no model with a vocabulary");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new IOException(Json.reason(e), e);
    } catch (NumberFormatException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static int id(JsonNode value) {
    if (!value.canConvertToInt() || value.intValue() < 0) {
      throw new NumberFormatException("an id of its vocabulary is " + value);
    }
    return value.intValue();
  }

  /**
   * The file without what would cut texts off or fill them up, and without BPE's dropout, which
   * draws random numbers.
   */
  private static String withoutWhatChangesIds(ObjectNode json) throws IOException {
    json.putNull("truncation").putNull("padding");
    if (json.get("model") instanceof ObjectNode model && model.has("dropout")) {
      model.putNull("dropout");
    }
    return new String(Json.STRICT.writeValueAsBytes(json), StandardCharsets.UTF_8);
  }

  /** What the library is to read. */
  String forLibrary() {
    return forLibrary;
  }

  /** How many ids there are: one more than the largest. */
  int size() {
    return tokens.lastKey() + 1;
  }

  /** Whether each token stands for bytes of the text, so that tokens give the text back. */
  boolean isByteLevel() {
    return isByteLevel;
  }

  /** A token as the vocabulary has it; nothing where an id has none. */
  String token(int id) {
    return tokens.getOrDefault(id, "");
  }

  /** The bytes of the text that a token of a byte-level tokenizer stands for. */
  byte[] bytes(int id) {
    // What was added to the vocabulary is looked for in the text as it is.
    return added.containsKey(id)
        ? added.get(id).getBytes(StandardCharsets.UTF_8)
        : ByteAlphabet.bytes(token(id));
  }
}
