package io.flinklm.topics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.json.Json;
import io.flinklm.stream.StreamName;
import java.io.IOException;
import java.util.function.Predicate;

/** The JSON of a {@link Score}: one object on one line, names in snake case, UTF-8. */
public final class ScoreJson {
  private ScoreJson() {}

  /** The score as UTF-8, without a line break; what has no value is null. */
  public static byte[] toBytes(Score score) {
    ObjectNode json = Json.TOLERANT.createObjectNode();
    if (score.stream() == null) {
      json.put("lane", score.lane());
    } else {
      json.put("stream", StreamName.keyText(score.stream()).orElse(null));
    }
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
    json.put("stream_mean", present(score.streamMean()));
    json.put("stream_deviation", present(score.streamDeviation()));
    json.put("deviations", present(score.deviations()));
    return Json.bytes(json);
  }

  private static Double present(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /**
   * Reads what a job wrote: every field of its own kind. Fields that it does not know are passed
   * over, so that an older reader reads what a newer job wrote.
   *
   * @throws IOException if it is no score, saying which field is wrong
   */
  public static Score parse(byte[] bytes) throws IOException {
    if (!(Json.TOLERANT.readTree(bytes) instanceof ObjectNode json)) {
      throw new IOException("no score: it is no JSON object");
    }
    boolean ofLane = !json.has("stream");
    return new Score(
        ofLane ? of(json, "lane", JsonNode::isInt).intValue() : Score.NO_LANE,
        ofLane ? null : stream(json),
        of(json, "epoch", JsonNode::isInt).intValue(),
        of(json, "split", JsonNode::isTextual).textValue(),
        of(json, "position", JsonNode::isIntegralNumber).longValue(),
        of(json, "partition", JsonNode::isInt).intValue(),
        of(json, "offset", JsonNode::isIntegralNumber).longValue(),
        of(json, "tokens", JsonNode::isInt).intValue(),
        of(json, "scored", JsonNode::isInt).intValue(),
        of(json, "bits_per_token", ScoreJson::isNumberOrNull).asDouble(Double.NaN),
        of(json, "least_expected", ScoreJson::isTextOrNull).textValue(),
        of(json, "least_expected_bits", ScoreJson::isNumberOrNull).asDouble(Double.NaN),
        of(json, "step", JsonNode::isIntegralNumber).longValue(),
        newer(json, "stream_mean"),
        newer(json, "stream_deviation"),
        newer(json, "deviations"));
  }

  private static String stream(ObjectNode json) throws IOException {
    return StreamName.ofKeyText(
        of(json, "stream", ScoreJson::isTextOrNull).textValue(),
        of(json, "partition", JsonNode::isInt).intValue());
  }

  // An older job did not write it.
  private static double newer(ObjectNode json, String name) throws IOException {
    return json.has(name)
        ? of(json, name, ScoreJson::isNumberOrNull).asDouble(Double.NaN)
        : Double.NaN;
  }

  private static boolean isTextOrNull(JsonNode field) {
    return field.isTextual() || field.isNull();
  }

  private static boolean isNumberOrNull(JsonNode field) {
    return field.isNumber() || field.isNull();
  }

  private static JsonNode of(ObjectNode json, String name, Predicate<JsonNode> kind)
      throws IOException {
    JsonNode field = json.path(name);
    if (!kind.test(field)) {
      throw new IOException("no score: its field '" + name + "' is missing or of another kind");
    }
    return field;
  }
}
