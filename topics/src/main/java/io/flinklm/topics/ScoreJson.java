package io.flinklm.topics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** The JSON of a {@link Score}: one object on one line, names in snake case, UTF-8. */
public final class ScoreJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ScoreJson() {}

  /** The score as UTF-8, without a line break; what has no value is null. */
  public static byte[] toBytes(Score score) {
    ObjectNode json = JSON.createObjectNode();
    json.put("lane", score.lane());
    json.put("epoch", score.epoch());
    json.put("split", score.split());
    json.put("position", score.position());
    json.put("partition", score.partition());
    json.put("offset", score.offset());
    json.put("tokens", score.tokens());
    json.put("scored", score.scored());
    json.put("bits_per_token", present(score.bitsPerToken()));
    json.put("least_expected", score.leastExpected());
    json.put("least_expected_bits", present(score.leastExpectedBits()));
    json.put("step", score.step());
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every score can be written", e);
    }
  }

  private static Double present(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /**
   * Reads what a job wrote.
   *
   * @throws IOException if it is no score
   */
  public static Score parse(byte[] bytes) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(bytes);
    return new Score(
        json.required("lane").asInt(),
        json.required("epoch").asInt(),
        json.required("split").asText(),
        json.required("position").asLong(),
        json.required("partition").asInt(),
        json.required("offset").asLong(),
        json.required("tokens").asInt(),
        json.required("scored").asInt(),
        json.required("bits_per_token").asDouble(Double.NaN),
        json.required("least_expected").asText(null),
        json.required("least_expected_bits").asDouble(Double.NaN),
        json.required("step").asLong());
  }
}
