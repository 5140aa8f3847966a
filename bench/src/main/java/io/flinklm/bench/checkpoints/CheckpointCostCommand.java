package io.flinklm.bench.checkpoints;

import io.flinklm.application.options.OptionRange;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Measuring;
import io.flinklm.bench.measure.Measuring.Finding;
import io.flinklm.cli.run.Reproduction;
import io.flinklm.cli.run.SeedResult;
import io.flinklm.cli.screen.Figures;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.local.flink.CheckpointStatistics;
import io.flinklm.train.Fit;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
    OptionRange.positive("--hidden", hidden);
    OptionRange.positive("--checkpoint-interval", seconds);
    OptionRange.positive("--epochs", epochs);
    OptionRange.positive("--repetitions", repetitions);
    ModelSettings model = ModelSettings.ofChapter(Fit.of("lmmodel7"), 0).withHidden(hidden);
    return Measuring.onStream(
        false, (stream, interruption) -> measure(stream, interruption, model));
  }

  /**
   * A training without checkpoints and one with them.
   *
   * @param without tokens per second
   * @param with tokens per second
   * @param statistics of the checkpoints
   */
  private record Pair(double without, double with, CheckpointStatistics statistics) {}

  private Optional<Finding> measure(
      Reproduction stream, Interruption interruption, ModelSettings model) throws Exception {
    Duration interval = Duration.ofSeconds(seconds);
    List<Pair> pairs = new ArrayList<>();
    // The first training is slower: Java and the engine are cold.
    train(stream, model, 1, NONE, interruption);
    for (int i = 0; i < repetitions && !interruption.isWished(); i++) {
      // Each goes first every other time.
      OptionalDouble first = rate(stream, model, i % 2 == 0 ? NONE : interval, interruption);
      CheckpointStatistics ofFirst = stream.checkpointsOfNewestJob();
      OptionalDouble second = rate(stream, model, i % 2 == 0 ? interval : NONE, interruption);
      CheckpointStatistics ofSecond = stream.checkpointsOfNewestJob();
      if (first.isPresent() && second.isPresent()) {
        pairs.add(
            i % 2 == 0
                ? new Pair(first.getAsDouble(), second.getAsDouble(), ofSecond)
                : new Pair(second.getAsDouble(), first.getAsDouble(), ofFirst));
      }
    }
    return pairs.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding(text(pairs), () -> text(pairs)));
  }

  /** Tokens per second of a training; empty if a person stopped it. */
  private OptionalDouble rate(
      Reproduction stream, ModelSettings model, Duration interval, Interruption interruption)
      throws Exception {
    return train(stream, model, epochs, interval, interruption)
        .map(result -> result.steps() * model.laneCount() * model.bptt() / result.seconds())
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }

  private static Optional<SeedResult> train(
      Reproduction stream,
      ModelSettings model,
      int epochs,
      Duration interval,
      Interruption interruption)
      throws Exception {
    try (PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream())) {
      return stream.train(model, epochs, interval, nowhere, interruption);
    }
  }

  private String text(List<Pair> pairs) {
    List<Double> ratios = pairs.stream().map(pair -> pair.with() / pair.without()).toList();
    CheckpointStatistics last = pairs.get(pairs.size() - 1).statistics();
    return ROW.formatted(
            "hidden",
            "interval",
            "without",
            "with",
            "with / without",
            "checkpoints",
            "size",
            "takes")
        + System.lineSeparator()
        + ROW.formatted(
            hidden,
            seconds + " s",
            Figures.rate(Figures.median(pairs.stream().map(Pair::without).toList())) + " tok/s",
            Figures.rate(Figures.median(pairs.stream().map(Pair::with).toList())) + " tok/s",
            "%s (%s to %s)"
                .formatted(
                    Figures.shortDecimal(Figures.median(ratios)),
                    Figures.shortDecimal(Collections.min(ratios)),
                    Figures.shortDecimal(Collections.max(ratios))),
            last.completed(),
            last.bytes() / 1024 + " KiB",
            last.milliseconds() + " ms");
  }
}
