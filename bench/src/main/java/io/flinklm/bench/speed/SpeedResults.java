package io.flinklm.bench.speed;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Machine;
import io.flinklm.bench.measure.Rates;
import io.flinklm.cli.screen.Figures;
import io.flinklm.json.Json;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.net.StepArithmetic;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What {@code bench} found. A ratio is the median of the ratios of each round.
 *
 * @param machine it was measured on
 * @param model that was trained
 * @param vocabulary distinct tokens that it knows
 * @param seconds that a turn took
 * @param checkpointInterval seconds between checkpoints of the pipeline
 * @param tokensPerSecond by who took turns
 * @param gigaflopPerSecond of matrix products, the ceiling of this machine; null on a GPU
 * @param ratios by name
 * @param ratioSpreads lowest and highest ratio of a round, by name
 * @param flopPerStep floating point operations in the matrix products of a step
 * @param shareOfCeiling that the bare step reaches; null on a GPU
 * @param millisecondsByPart of the bare step; empty if the step does not tell
 * @param pytorch what PyTorch computed with, by who took turns
 * @param pytorchBest who of them was the fastest; null without any
 * @param idleProcessorShare of a core that this process took in the turns of {@code pytorch}; null
 *     without any
 * @param residentMemoryBytes of this process with all that is in it, and of PyTorch's
 */
public record SpeedResults(
    Machine machine,
    ModelSettings model,
    int vocabulary,
    double seconds,
    double checkpointInterval,
    Map<String, Spread> tokensPerSecond,
    Spread gigaflopPerSecond,
    Map<String, Double> ratios,
    Map<String, List<Double>> ratioSpreads,
    double flopPerStep,
    Double shareOfCeiling,
    Map<String, Double> millisecondsByPart,
    Map<String, JsonNode> pytorch,
    String pytorchBest,
    Double idleProcessorShare,
    Map<String, Long> residentMemoryBytes) {
  private static final double GIGA = 1e9;

  /** A median with its spread over the rounds. */
  record Spread(double median, double lowest, double highest, List<Double> rounds) {
    static Spread of(Rates rates) {
      return new Spread(rates.median(), rates.lowest(), rates.highest(), rates.ofRounds());
    }
  }

  /** Draws it up. */
  public static SpeedResults of(
      SpeedOptions options, Contest contest, Map<String, Rates> measured) {
    Map<String, Rates> rates = new LinkedHashMap<>(measured);
    Rates matrices = rates.remove(Contest.MATRICES);
    Map<String, Spread> speeds = new LinkedHashMap<>();
    rates.forEach((name, rate) -> speeds.put(name, Spread.of(rate)));
    String best =
        contest.pytorch().keySet().stream()
            .max((a, b) -> Double.compare(rates.get(a).median(), rates.get(b).median()))
            .orElse(null);
    SpeedRatios ratios = SpeedRatios.of(rates, best);
    ModelSettings model = options.model();
    double flop = flopPerStep(model, options.vocabulary());
    Rates step = rates.get(Contest.STEP).times(flop / model.laneCount() / model.bptt());
    Map<String, JsonNode> pytorch = new LinkedHashMap<>();
    contest.pytorch().forEach((name, loop) -> pytorch.put(name, loop.description()));
    return new SpeedResults(
        Machine.here(),
        model,
        options.vocabulary(),
        options.seconds(),
        options.interval().toSeconds(),
        speeds,
        matrices == null ? null : Spread.of(matrices.times(1 / GIGA)),
        ratios.medians(),
        ratios.spreads(),
        flop,
        matrices == null ? null : step.to(matrices).median(),
        contest.times().milliseconds(),
        pytorch,
        best,
        best == null ? null : contest.pytorch().get(Contest.PYTORCH).shareOfOthers(),
        memory(contest));
  }

  private static double flopPerStep(ModelSettings model, int vocabulary) {
    NetConfig net = model.net(vocabulary);
    long inputs = (long) model.laneCount() * model.bptt();
    // The models with windows of three tokens predict one.
    boolean predictsAll = model.bptt() > 3;
    return StepArithmetic.flop(
        LanguageModels.of(net), inputs, predictsAll ? inputs : model.laneCount());
  }

  private static Map<String, Long> memory(Contest contest) {
    Map<String, Long> memory = new LinkedHashMap<>();
    memory.put("flink_lm", Machine.residentMemory());
    for (Map.Entry<String, PyTorchLoop> loop : contest.pytorch().entrySet()) {
      memory.put(loop.getKey(), loop.getValue().residentMemory());
    }
    return memory;
  }

  /** One line of JSON. */
  public String toJson() {
    return Json.line(this);
  }

  /** What was measured, in a line. */
  String title() {
    return "%s, hidden %d, %s tokens in the vocabulary, %d lanes x %d tokens, %s%s"
        .formatted(
            model.name(),
            model.hidden(),
            Figures.count(vocabulary),
            model.laneCount(),
            model.bptt(),
            model.shards() == 1 ? "" : model.shards() + " shards on ",
            model.engineThreads() == 1
                ? "one engine thread"
                : model.engineThreads() + " engine threads");
  }

  /** The names of those who took turns, the fastest first. */
  List<String> fastestFirst() {
    return tokensPerSecond.keySet().stream()
        .sorted((a, b) -> Double.compare(rate(b), rate(a)))
        .collect(Collectors.toList());
  }

  private double rate(String name) {
    return tokensPerSecond.get(name).median();
  }
}
