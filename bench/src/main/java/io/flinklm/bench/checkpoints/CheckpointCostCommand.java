package io.flinklm.bench.checkpoints;

import io.flinklm.application.options.ModelOptions;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.run.Reproduction;
import io.flinklm.cli.screen.Figures;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.local.flink.CheckpointStatistics;
import io.flinklm.train.Fit;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code flink-lm bench checkpoints}: the same training through the stream with and without
 * checkpoints, by turns in one process.
 */
@Command(
    name = "checkpoints",
    description = "What checkpoints cost: LMModel7 with and without them, by turns.",
    sortOptions = false)
public final class CheckpointCostCommand implements Callable<Integer> {
  private static final Duration NONE = Duration.ofDays(1);
  private static final String ROW = "%6s  %8s  %15s  %15s  %24s  %11s  %9s  %8s";

  @Option(
      names = "--hidden",
      defaultValue = "64",
      description = "Width of embedding and hidden state (default: ${DEFAULT-VALUE}).")
  private int hidden;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "Seconds between checkpoints (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--epochs",
      defaultValue = "30",
      description = "Passes over the text in each training (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--repetitions",
      defaultValue = "5",
      description = "Pairs of trainings (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Override
  public Integer call() throws Exception {
    ModelOptions.positive("--hidden", hidden);
    ModelOptions.positive("--checkpoint-interval", seconds);
    ModelOptions.positive("--epochs", epochs);
    ModelOptions.positive("--repetitions", repetitions);
    ModelSettings model = ModelSettings.ofChapter(Fit.of("lmmodel7"), 0).withHidden(hidden);
    Interruption interruption = Interruption.listen();
    List<Double> without = new ArrayList<>();
    List<Double> with = new ArrayList<>();
    List<CheckpointStatistics> statistics = new ArrayList<>();
    Path work = Files.createTempDirectory("flink-lm-bench");
    try (PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
        Reproduction stream = Reproduction.start(work, 0)) {
      // The first training is slower: Java and the engine are cold.
      stream.train(model, 1, NONE, nowhere, interruption);
      for (int i = 0; i < repetitions && !interruption.isWished(); i++) {
        // Each goes first every other time.
        if (i % 2 == 0) {
          without.add(rate(stream, model, NONE, nowhere, interruption));
        }
        with.add(rate(stream, model, Duration.ofSeconds(seconds), nowhere, interruption));
        statistics.add(stream.checkpointsOfNewestJob());
        if (i % 2 == 1) {
          without.add(rate(stream, model, NONE, nowhere, interruption));
        }
      }
    }
    OutDirectory.delete(work);
    print(without, with, statistics);
    return 0;
  }

  private double rate(
      Reproduction stream,
      ModelSettings model,
      Duration interval,
      PrintStream nowhere,
      Interruption interruption)
      throws Exception {
    return stream
        .train(model, epochs, interval, nowhere, interruption)
        .map(result -> result.steps() * model.lanes() * model.bptt() / result.seconds())
        .orElse(Double.NaN);
  }

  private void print(
      List<Double> without, List<Double> with, List<CheckpointStatistics> statistics) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < with.size(); i++) {
      ratios.add(with.get(i) / without.get(i));
    }
    CheckpointStatistics last = statistics.get(statistics.size() - 1);
    System.out.println(
        ROW.formatted(
            "hidden",
            "interval",
            "without",
            "with",
            "with / without",
            "checkpoints",
            "size",
            "takes"));
    System.out.println(
        ROW.formatted(
            hidden,
            seconds + " s",
            Figures.rate(Figures.median(without)) + " tok/s",
            Figures.rate(Figures.median(with)) + " tok/s",
            "%s (%s to %s)"
                .formatted(
                    Figures.shortDecimal(Figures.median(ratios)),
                    Figures.shortDecimal(ratios.stream().min(Double::compare).orElseThrow()),
                    Figures.shortDecimal(ratios.stream().max(Double::compare).orElseThrow())),
            last.completed(),
            last.bytes() / 1024 + " KiB",
            last.milliseconds() + " ms"));
  }
}
