package io.flinklm.bench.continuations;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.flinklm.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How well several models continue numbers, as JSON.
 *
 * @param share of all prompts whose next number is right
 * @param models by name
 */
record ContinuationJson(double share, Map<String, Model> models) {
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Mistake(String prompt, String expected, String found, String wrong) {
    static Mistake of(ContinuedNumbers one) {
      return new Mistake(one.counted().prompt(), one.counted().next(), one.found(), one.mistake());
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Model(
      int prompts,
      long right,
      double share,
      Double accuracy,
      long step,
      @JsonProperty("weights_sha256") String weightsSha256,
      Map<String, Long> wrong,
      List<Mistake> mistakes) {
    static Model of(ContinuationResult result) {
      List<Mistake> mistakes = result.wrong().stream().map(Mistake::of).toList();
      return new Model(
          result.continued().size(),
          result.right(),
          result.share(),
          Double.isNaN(result.accuracy()) ? null : result.accuracy(),
          result.step(),
          result.weightsSha256(),
          mistakes.stream()
              .collect(Collectors.groupingBy(Mistake::wrong, TreeMap::new, Collectors.counting())),
          mistakes);
    }
  }

  static ContinuationJson of(List<ContinuationResult> results) {
    Map<String, Model> models = new LinkedHashMap<>();
    results.forEach(result -> models.put(result.name(), Model.of(result)));
    return new ContinuationJson(
        results.stream().mapToDouble(ContinuationResult::share).average().orElseThrow(), models);
  }

  /** One line. */
  String toLine() {
    return Json.line(this);
  }
}
