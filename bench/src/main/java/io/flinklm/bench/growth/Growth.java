package io.flinklm.bench.growth;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.flinklm.bench.measure.Machine;
import io.flinklm.json.Json;
import java.util.List;

/**
 * How speed and memory go with the sizes.
 *
 * @param machine it was measured on
 * @param model that was trained
 * @param steps the bare training step by lanes and width
 * @param texts the stream by the length of its text
 */
record Growth(Machine machine, String model, List<Step> steps, List<Text> texts) {
  /**
   * The bare training step.
   *
   * @param hidden width of the model
   * @param laneCount rows of a batch
   * @param tokensPerSecond median
   * @param lowest of the repetitions
   * @param highest of the repetitions
   */
  record Step(
      int hidden,
      @JsonProperty("lanes") int laneCount,
      double tokensPerSecond,
      double lowest,
      double highest) {}

  /**
   * A text through Kafka and Flink.
   *
   * @param hidden width of the model
   * @param tokens trained
   * @param tokensPerSecond of the training, from its first batch on
   * @param nanosecondsPerToken the same the other way round
   * @param residentMemoryBytes of the process at the end of the text; null where the machine does
   *     not say
   */
  record Text(
      int hidden,
      long tokens,
      double tokensPerSecond,
      double nanosecondsPerToken,
      Long residentMemoryBytes) {}

  /** One line of JSON. */
  String toJson() {
    return Json.line(this);
  }
}
