package io.flinklm.bench.shards;

import io.flinklm.bench.measure.Machine;
import io.flinklm.bench.measure.Rates;
import io.flinklm.cli.screen.Figures;
import io.flinklm.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What a step gains by shards. A ratio is the median of the ratios of each round.
 *
 * @param machine it was measured on
 * @param model that was trained
 * @param hidden width of the model
 * @param engineThreads that computed shards, and processes beside them
 * @param tokensPerSecond by who took turns
 */
record ShardsResult(
    Machine machine,
    String model,
    int hidden,
    int engineThreads,
    Map<String, Rates> tokensPerSecond) {
  /** One shard on one thread. */
  static final String ONE_THREAD = "one_thread";

  /** As many processes as threads, each with its share of the rows. */
  static final String PROCESSES = "processes";

  /** One shard, whose products the engine shares out among its own threads. */
  static final String OWN_THREADS = "own_threads";

  private static final String ROW = "%-22s  %10s  %-26s  %s";

  /** So many shards on all threads. */
  static String shards(int count) {
    return "shards_" + count;
  }

  /** So many shards on one thread. */
  static String shardsOnOneThread(int count) {
    return "shards_" + count + "_one_thread";
  }

  /** For a person: the medians, beside the processes and beside one thread. */
  String toText() {
    StringJoiner lines = new StringJoiner(System.lineSeparator());
    lines.add("%s, hidden %d, %d threads".formatted(model, hidden, engineThreads));
    lines.add(ROW.formatted("", "tokens/s", "to " + PROCESSES, "to " + ONE_THREAD));
    tokensPerSecond.forEach(
        (name, rates) ->
            lines.add(
                ROW.formatted(
                    name,
                    Figures.rate(rates.median()),
                    ratio(rates, PROCESSES),
                    ratio(rates, ONE_THREAD))));
    return lines.toString();
  }

  private String ratio(Rates rates, String to) {
    Rates ratio = rates.to(tokensPerSecond.get(to));
    return "%s (%s to %s)"
        .formatted(
            Figures.shortDecimal(ratio.median()),
            Figures.shortDecimal(ratio.lowest()),
            Figures.shortDecimal(ratio.highest()));
  }

  private record Line(
      Machine machine,
      String model,
      int hidden,
      int engineThreads,
      Map<String, List<Double>> tokensPerSecond,
      Map<String, Double> toProcesses) {}

  /** One line of JSON. */
  String toJson() {
    Map<String, List<Double>> rounds = new LinkedHashMap<>();
    Map<String, Double> ratios = new LinkedHashMap<>();
    tokensPerSecond.forEach(
        (name, rates) -> {
          rounds.put(name, rates.ofRounds());
          ratios.put(name, rates.to(tokensPerSecond.get(PROCESSES)).median());
        });
    return Json.line(new Line(machine, model, hidden, engineThreads, rounds, ratios));
  }
}
