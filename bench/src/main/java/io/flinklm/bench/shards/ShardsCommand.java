package io.flinklm.bench.shards;

import io.flinklm.UserMistake;
import io.flinklm.application.options.OptionRange;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Contestant;
import io.flinklm.bench.measure.Machine;
import io.flinklm.bench.measure.Measuring;
import io.flinklm.bench.measure.Measuring.Finding;
import io.flinklm.bench.measure.OwnThreads;
import io.flinklm.bench.measure.Rates;
import io.flinklm.bench.measure.Rounds;
import io.flinklm.bench.measure.SideBySide;
import io.flinklm.bench.measure.TrainingProcess;
import io.flinklm.cli.screen.Figures;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.train.Fit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code flink-lm bench shards}: what a step gains where threads compute its shards side by side,
 * beside what the machine's cores give to processes that share nothing.
 */
@Command(
    name = "shards",
    description =
        "The bare step in shards on several threads, beside processes that share nothing.",
    sortOptions = false)
public final class ShardsCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      defaultValue = "lmmodel7",
      description = "The language model (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--hidden",
      defaultValue = "64",
      description = "Width of embedding and hidden state (default: ${DEFAULT-VALUE}).")
  private int hidden;

  @Option(
      names = "--shards",
      split = ",",
      defaultValue = "2,4",
      description = "Shards of a batch of 64 rows, each number by itself (default: 2 and 4).")
  private List<Integer> shards;

  @Option(
      names = "--engine-threads",
      paramLabel = "THREADS",
      defaultValue = "2",
      description = "Threads, and processes beside them (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      description = "Seconds of a turn (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--repetitions",
      defaultValue = "5",
      description = "Rounds, behind one that does not count (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(
      names = "--json",
      description = "Print the results as one JSON object, the last line on standard output.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    OptionRange.positive("--hidden", hidden);
    OptionRange.positive("--seconds", seconds);
    OptionRange.positive("--repetitions", repetitions);
    OptionRange.positive("--engine-threads", threads);
    ModelSettings settings = ModelSettings.ofChapter(Fit.of(model), 0).withHidden(hidden);
    OptionRange.atMost("--engine-threads", threads, settings.laneCount());
    for (int count : shards) {
      OptionRange.atMost("--shards", count, settings.laneCount());
      if (count < threads) {
        throw new UserMistake(
            "--shards must be %d or more, as many as --engine-threads, not %d"
                .formatted(threads, count));
      }
    }
    return Measuring.inDirectory(json, (work, interruption) -> measure(settings, interruption));
  }

  private Optional<Finding> measure(ModelSettings settings, Interruption interruption)
      throws Exception {
    Map<String, Contestant> contestants = new LinkedHashMap<>();
    try {
      contestants.put(ShardsResult.ONE_THREAD, TrainingProcess.step(settings));
      contestants.put(ShardsResult.PROCESSES, new SideBySide(settings, threads));
      contestants.put(
          ShardsResult.OWN_THREADS, new OwnThreads(TrainingProcess.step(settings), threads));
      for (int count : shards) {
        contestants.put(
            ShardsResult.shards(count), TrainingProcess.step(settings.withShards(count, threads)));
        contestants.put(
            ShardsResult.shardsOnOneThread(count),
            TrainingProcess.step(settings.withShards(count, 1)));
      }
      Map<String, Rates> rates =
          new Rounds(contestants, seconds)
              .run(
                  repetitions,
                  () -> {},
                  round -> System.out.println(line(round)),
                  interruption::isWished);
      if (rates.isEmpty()) {
        return Optional.empty();
      }
      ShardsResult result = new ShardsResult(Machine.here(), model, hidden, threads, rates);
      return Optional.of(new Finding(result.toText(), result::toJson));
    } finally {
      for (Contestant contestant : contestants.values()) {
        contestant.close();
      }
    }
  }

  private static String line(Map<String, Double> round) {
    return round.entrySet().stream()
        .map(entry -> entry.getKey() + " " + Figures.shortRate(entry.getValue()))
        .collect(Collectors.joining(", "));
  }
}
