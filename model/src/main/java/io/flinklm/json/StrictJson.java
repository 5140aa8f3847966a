package io.flinklm.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * JSON of files that must be whole: every field of a record is there, once, of its own kind, and
 * nothing else is. Jackson by itself takes what is missing for zero, and "16" or 16.5 for 16.
 */
public final class StrictJson {
  public static final ObjectMapper MAPPER =
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

  private StrictJson() {}

  /** Reads bytes that are one JSON object. */
  public static JsonNode object(byte[] json) throws IOException {
    JsonNode node = MAPPER.readTree(json);
    requireObject(node);
    return node;
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
