package io.flinklm.bench.speed;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.bench.speed.SpeedResults.Spread;
import io.flinklm.cli.screen.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The results of {@code bench} for a person.
 *
 * @param results to be read
 */
public record SpeedText(SpeedResults results) {
  private static final String ROW = "%-26s  %10s  %s";
  private static final Map<String, String> NAMES =
      Map.of(
          Contest.STEP, "training step",
          Contest.PLAIN_LOOP, "plain loop",
          Contest.PIPELINE, "pipeline",
          Contest.STEP_OF_DJL, "training step, lmmodel6",
          Contest.DJL, "DJL's classes, lmmodel6");
  private static final double MEBIBYTE = 1024 * 1024;

  /** What a person calls one who took turns. */
  static String name(SpeedResults results, String of) {
    JsonNode pytorch = results.pytorch().get(of);
    if (pytorch == null) {
      return NAMES.get(of);
    }
    int processes = pytorch.get("processes").asInt();
    if (processes > 1) {
      return "PyTorch, " + processes + " processes";
    }
    int threads = pytorch.get("threads").asInt();
    return threads == 1
        ? "PyTorch, 1 thread"
        : "PyTorch, " + threads + " threads, " + pytorch.get("wait_policy").asText();
  }

  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add(results.title());
    lines.add("");
    lines.add(ROW.formatted("", "tokens/s", "lowest to highest"));
    results.tokensPerSecond().forEach((of, speed) -> lines.add(row(name(results, of), speed)));
    lines.add("");
    lines.add(ROW.formatted("", "ratio", "lowest to highest of a round"));
    results
        .ratios()
        .forEach(
            (of, ratio) -> {
              List<Double> spread = results.ratioSpreads().get(of);
              lines.add(
                  ROW.formatted(
                      of.replace('_', ' '),
                      Figures.shortDecimal(ratio),
                      Figures.shortDecimal(spread.get(0))
                          + " to "
                          + Figures.shortDecimal(spread.get(1))));
            });
    lines.add("");
    addCeiling(lines);
    results
        .millisecondsByPart()
        .forEach((part, time) -> lines.add(ROW.formatted(part, "%.3f ms".formatted(time), "")));
    results.residentMemoryBytes().forEach((of, bytes) -> lines.add(memory(of, bytes)));
    results.pytorch().values().stream().findFirst().ifPresent(of -> lines.add(pytorch(of)));
    if (results.idleProcessorShare() != null) {
      lines.add(
          "Meanwhile Kafka and Flink took %s of a core"
              .formatted(Figures.shortDecimal(results.idleProcessorShare())));
    }
    return String.join(System.lineSeparator(), lines.stream().map(String::stripTrailing).toList());
  }

  private static String row(String name, Spread speed) {
    return ROW.formatted(
        name,
        Figures.rate(speed.median()),
        Figures.rate(speed.lowest()) + " to " + Figures.rate(speed.highest()));
  }

  private void addCeiling(List<String> lines) {
    if (results.gigaflopPerSecond() != null) {
      lines.add(
          ROW.formatted(
              "matrix products",
              Figures.shortDecimal(results.gigaflopPerSecond().median()),
              "GFLOP/s, 1024 x 1024"));
      lines.add(
          ROW.formatted(
              "the step's share of that",
              Figures.shortDecimal(results.shareOfCeiling()),
              Figures.count(Math.round(results.flopPerStep())) + " FLOP a step"));
    }
  }

  private static String memory(String of, Long bytes) {
    String amount = bytes == null ? "-" : Figures.count(Math.round(bytes / MEBIBYTE)) + " MiB";
    return ROW.formatted("memory, " + of.replace('_', ' '), amount, "");
  }

  private static String pytorch(JsonNode of) {
    return "PyTorch %s, matrices by %s, AdamW %s"
        .formatted(of.get("torch").asText(), of.get("blas").asText(), of.get("optimizer").asText());
  }
}
