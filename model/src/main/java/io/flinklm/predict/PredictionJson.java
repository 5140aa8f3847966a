package io.flinklm.predict;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * The JSON of a {@link Prediction}: one object on one line, names in snake case, UTF-8; {@code id}
 * and {@code error}, or all the other fields. A reader skips fields that it does not know.
 */
public final class PredictionJson {
  /** The most bytes that an answer takes; a record of Kafka holds a megabyte with its key. */
  public static final int MOST_BYTES = 900_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .serializationInclusion(Include.NON_NULL)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private PredictionJson() {}

  /** The prediction as UTF-8, without a line break. */
  public static byte[] toBytes(Prediction prediction) {
    try {
      return JSON.writeValueAsBytes(prediction);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every prediction can be written", e);
    }
  }

  /**
   * Reads a prediction.
   *
   * @throws IllegalArgumentException if the bytes are not the JSON of one
   */
  public static Prediction parse(byte[] json) {
    try {
      return JSON.readValue(json, Prediction.class);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a prediction: " + e.getMessage(), e);
    }
  }
}
