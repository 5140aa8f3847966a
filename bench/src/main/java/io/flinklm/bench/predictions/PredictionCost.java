package io.flinklm.bench.predictions;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.flinklm.cli.screen.Figures;
import io.flinklm.json.Json;
import java.util.List;

/**
 * What prompts cost a training, and how quickly it answers them: pairs of stretches of one
 * training, without prompts and with them.
 *
 * @param pairs at least one
 */
record PredictionCost(List<Pair> pairs) {
  /**
   * Two stretches of equal length.
   *
   * @param without tokens trained per second without prompts
   * @param with the same with prompts
   * @param outcome of the prompts
   */
  record Pair(double without, double with, PromptLoad.Outcome outcome) {
    double ratio() {
      return with / without;
    }
  }

  private record Line(
      int prompts,
      int answered,
      int errors,
      List<String> lost,
      int repeated,
      @JsonProperty("latency_ms") Latency latency,
      @JsonProperty("tokens_per_second_without") double without,
      @JsonProperty("tokens_per_second_with") double with,
      double ratio,
      List<Double> ratios) {}

  private record Latency(double p50, double p90, double p99, double max) {}

  /** A table for a person. */
  String toText() {
    Line of = line();
    return String.join(
        System.lineSeparator(),
        "prompts   sent %s, answered %s, errors %s, lost %s, answered again %s"
            .formatted(
                Figures.count(of.prompts),
                Figures.count(of.answered),
                Figures.count(of.errors),
                Figures.count(of.lost.size()),
                Figures.count(of.repeated)),
        "latency   p50 %s, p90 %s, p99 %s, max %s"
            .formatted(
                Figures.milliseconds(of.latency.p50),
                Figures.milliseconds(of.latency.p90),
                Figures.milliseconds(of.latency.p99),
                Figures.milliseconds(of.latency.max)),
        "training  %s tokens/s without prompts, %s with them"
            .formatted(Figures.rate(of.without), Figures.rate(of.with)),
        "ratio     %s (%s to %s), median of %d pairs"
            .formatted(
                Figures.shortDecimal(of.ratio),
                Figures.shortDecimal(of.ratios.stream().min(Double::compare).orElseThrow()),
                Figures.shortDecimal(of.ratios.stream().max(Double::compare).orElseThrow()),
                pairs.size()));
  }

  /** The same as one line of JSON. */
  String toJson() {
    return Json.line(line());
  }

  private Line line() {
    List<PromptLoad.Outcome> outcomes = pairs.stream().map(Pair::outcome).toList();
    Latencies latencies = Latencies.ofAll(outcomes.stream().map(PromptLoad.Outcome::latencies));
    List<Double> ratios = pairs.stream().map(Pair::ratio).toList();
    return new Line(
        outcomes.stream().mapToInt(PromptLoad.Outcome::sent).sum(),
        outcomes.stream().mapToInt(PromptLoad.Outcome::answered).sum(),
        outcomes.stream().mapToInt(PromptLoad.Outcome::errors).sum(),
        outcomes.stream().flatMap(outcome -> outcome.lost().stream()).toList(),
        outcomes.stream().mapToInt(PromptLoad.Outcome::repeated).sum(),
        new Latency(
            latencies.percentile(50),
            latencies.percentile(90),
            latencies.percentile(99),
            latencies.longest()),
        Figures.median(pairs.stream().map(Pair::without).toList()),
        Figures.median(pairs.stream().map(Pair::with).toList()),
        Figures.median(ratios),
        ratios);
  }
}
