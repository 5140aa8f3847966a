package io.flinklm.bench.replicas;

import io.flinklm.bench.measure.Machine;
import io.flinklm.bench.measure.Rates;
import io.flinklm.cli.screen.Figures;
import io.flinklm.json.Json;
import io.flinklm.train.Replication;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.DoubleFunction;

/**
 * What a training gains by replicas, and what their rounds cost. Each rate is that of all replicas
 * together, and a ratio is the median of the ratios of each round.
 *
 * @param machine it was measured on
 * @param model that was trained
 * @param hidden width of the model
 * @param replication how it was shared out
 * @param checkpointSeconds between checkpoints of the pipelines
 * @param tokensPerSecond by who took turns
 * @param exchanges of the replicas without a pipeline, by round of the measurement
 */
record ReplicasResult(
    Machine machine,
    String model,
    int hidden,
    Replication replication,
    long checkpointSeconds,
    Map<String, Rates> tokensPerSecond,
    List<ExchangeCost> exchanges) {
  /** The bare step of one replica of all rows, on one thread. */
  static final String ONE_THREAD = "one_thread";

  /** As many processes as replicas, each with its share of the rows, which share nothing. */
  static final String PROCESSES = "processes";

  /** The replicas in one process, each on a thread of its own, which exchange through memory. */
  static final String REPLICAS_BARE = "replicas_bare";

  /** The whole pipeline of one replica of all rows. */
  static final String PIPELINE_ONE = "pipeline_one";

  /** The whole pipeline of the replicas, each in a subtask of its own, which exchange by Kafka. */
  static final String PIPELINE_REPLICAS = "pipeline_replicas";

  private static final String ROW = "%-34s  %10s  %-26s  %s";
  private static final String COST = "%-34s  %s";

  /** For a person: the medians beside the processes and beside one thread, and the exchange. */
  String toText() {
    StringJoiner lines = new StringJoiner(System.lineSeparator());
    lines.add("%s, hidden %d, %s".formatted(model, hidden, replication));
    lines.add(ROW.formatted("", "tokens/s", "to " + PROCESSES, "to " + ONE_THREAD));
    tokensPerSecond.forEach(
        (name, rates) ->
            lines.add(
                ROW.formatted(
                    name,
                    Figures.rate(rates.median()),
                    ratio(name, PROCESSES),
                    ratio(name, ONE_THREAD))));
    lines.add("");
    addRatio(lines, PIPELINE_REPLICAS, REPLICAS_BARE);
    addRatio(lines, PIPELINE_REPLICAS, PIPELINE_ONE);
    lines.add(COST.formatted("bytes that a replica sends a round", Figures.count(bytes())));
    lines.add(
        COST.formatted(
            "exchange of a round in memory", spread(milliseconds(), Figures::milliseconds)));
    lines.add(
        COST.formatted("its share of " + REPLICAS_BARE, spread(shares(), Figures::shortDecimal)));
    return lines.toString();
  }

  private void addRatio(StringJoiner lines, String of, String to) {
    lines.add(COST.formatted(of + " to " + to, ratio(of, to)));
  }

  private String ratio(String of, String to) {
    return spread(to(of, to).ofRounds(), Figures::shortDecimal);
  }

  private Rates to(String of, String to) {
    return tokensPerSecond.get(of).to(tokensPerSecond.get(to));
  }

  private static String spread(List<Double> values, DoubleFunction<String> figure) {
    return "%s (%s to %s)"
        .formatted(
            figure.apply(Figures.median(values)),
            figure.apply(Collections.min(values)),
            figure.apply(Collections.max(values)));
  }

  private int bytes() {
    return exchanges.get(0).bytes();
  }

  private List<Double> milliseconds() {
    return exchanges.stream().map(ExchangeCost::milliseconds).toList();
  }

  private List<Double> shares() {
    return exchanges.stream().map(ExchangeCost::share).toList();
  }

  private record Line(
      Machine machine,
      String model,
      int hidden,
      Replication replication,
      long checkpointSeconds,
      Map<String, List<Double>> tokensPerSecond,
      Map<String, Double> toProcesses,
      Map<String, Double> toOneThread,
      double pipelineReplicasToReplicasBare,
      double pipelineReplicasToPipelineOne,
      int bytesOfReplicaPerRound,
      List<Double> exchangeMilliseconds,
      List<Double> exchangeShares) {}

  /** One line of JSON. */
  String toJson() {
    Map<String, List<Double>> rounds = new LinkedHashMap<>();
    Map<String, Double> toProcesses = new LinkedHashMap<>();
    Map<String, Double> toOneThread = new LinkedHashMap<>();
    tokensPerSecond.forEach(
        (name, rates) -> {
          rounds.put(name, rates.ofRounds());
          toProcesses.put(name, to(name, PROCESSES).median());
          toOneThread.put(name, to(name, ONE_THREAD).median());
        });
    return Json.line(
        new Line(
            machine,
            model,
            hidden,
            replication,
            checkpointSeconds,
            rounds,
            toProcesses,
            toOneThread,
            to(PIPELINE_REPLICAS, REPLICAS_BARE).median(),
            to(PIPELINE_REPLICAS, PIPELINE_ONE).median(),
            bytes(),
            milliseconds(),
            shares()));
  }
}
