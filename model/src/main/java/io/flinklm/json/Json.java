package io.flinklm.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * JSON as all of this project writes and reads it: names in snake case, and a number without a
 * value (NaN or infinite) is null, an enum is its name in lower case. There are two ways to read.
 * What another build may have written is read with {@link #TOLERANT}, and a file that must be whole
 * with {@link #STRICT}.
 */
public final class Json {
  /** Reads what may be of a newer build: a field that it does not know is passed over. */
  public static final JsonMapper TOLERANT =
      JsonMapper.builder()
          .addModule(new NanAsNull())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  /**
   * Reads what must be whole: every field of a record is there, once, of its own kind, and nothing
   * else is. Jackson by itself takes what is missing for zero, and "16" or 16.5 for 16.
   */
  public static final JsonMapper STRICT =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private Json() {}

  /** A value as one line, without a line break at its end. */
  public static String line(Object value) {
    try {
      return TOLERANT.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw unwritable(value, e);
    }
  }

  /** A value as one line of UTF-8, without a line break at its end. */
  public static byte[] bytes(Object value) {
    try {
      return TOLERANT.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw unwritable(value, e);
    }
  }

  /** A value as UTF-8 for a person to read, indented. */
  public static byte[] indented(Object value) {
    try {
      return TOLERANT.writerWithDefaultPrettyPrinter().writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw unwritable(value, e);
    }
  }

  // Records of plain values can always be written, so it is no mistake of a person's.
  private static IllegalStateException unwritable(Object value, JsonProcessingException why) {
    return new IllegalStateException("no JSON for " + value, why);
  }

  /** Reads bytes that are one JSON object. */
  public static ObjectNode object(byte[] json) throws IOException {
    JsonNode node = STRICT.readTree(json);
    requireObject(node);
    return (ObjectNode) node;
  }

  /** Refuses JSON that is a number, a list, null or the like. */
  public static void requireObject(JsonNode node) throws IOException {
    if (!node.isObject()) {
      throw MismatchedInputException.from((JsonParser) null, JsonNode.class, "it is no object");
    }
  }

  /** Why something could not be read, in one line and without Jackson's own words. */
  public static String reason(JsonProcessingException e) {
    if (e.getCause() instanceof IllegalArgumentException wrong) {
      return wrong.getMessage();
    }
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return mapping.getPath().stream()
          .map(Reference::getFieldName)
          .collect(
              Collectors.joining(".", "its field '", "' is missing, unknown or of another kind"));
    }
    int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    return "it is not a JSON object, see line " + line;
  }
}
