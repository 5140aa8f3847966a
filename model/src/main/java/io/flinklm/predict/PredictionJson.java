package io.flinklm.predict;

import io.flinklm.json.Json;
import java.io.IOException;

/**
 * The JSON of a {@link Prediction}: one object on one line, names in snake case, UTF-8; {@code id}
 * and {@code error}, or all the other fields. A reader skips fields that it does not know.
 */
public final class PredictionJson {
  /** The most bytes that an answer takes; a record of Kafka holds a megabyte with its key. */
  public static final int MOST_BYTES = 900_000;

  private PredictionJson() {}

  /** The prediction as UTF-8, without a line break. */
  public static byte[] toBytes(Prediction prediction) {
    return Json.bytes(prediction);
  }

  /**
   * Reads a prediction.
   *
   * @throws IllegalArgumentException if the bytes are not the JSON of one
   */
  public static Prediction parse(byte[] json) {
    try {
      return Json.TOLERANT.readValue(json, Prediction.class);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a prediction: " + e.getMessage(), e);
    }
  }
}
