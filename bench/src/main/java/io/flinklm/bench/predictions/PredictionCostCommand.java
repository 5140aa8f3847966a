package io.flinklm.bench.predictions;

import io.flinklm.application.options.OptionRange;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Measuring;
import io.flinklm.bench.measure.Measuring.Finding;
import io.flinklm.bench.predictions.PredictionCost.Pair;
import io.flinklm.cli.run.BackgroundTraining;
import io.flinklm.cli.run.Reproduction;
import io.flinklm.cli.screen.Figures;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.predict.Prompt;
import io.flinklm.topics.client.PromptClient;
import io.flinklm.train.Fit;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code flink-lm bench predictions}: one training through the stream, asked prompts for a while
 * and left alone for a while, by turns.
 */
@Command(
    name = "predictions",
    description = "What prompts cost the training of LMModel7, and how quickly it answers them.",
    sortOptions = false)
public final class PredictionCostCommand implements Callable<Integer> {
  private static final int FASTEST = 1_000;
  private static final int LONGEST = 600;
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(60);
  private static final String ROW = "%4s  %17s  %17s  %5s  %8s  %8s  %8s";

  @Option(
      names = "--rate",
      defaultValue = "50",
      description = "Prompts a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--tokens",
      defaultValue = "8",
      description = "Tokens that each asks for (default: ${DEFAULT-VALUE}).")
  private int tokens;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Seconds with prompts, and as many without (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--repetitions",
      defaultValue = "5",
      description = "Pairs of both (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(
      names = "--hidden",
      defaultValue = "64",
      description = "Width of embedding and hidden state (default: ${DEFAULT-VALUE}).")
  private int hidden;

  @Option(
      names = "--json",
      description = "Print the results as one JSON object, the last line on standard output.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    OptionRange.positive("--rate", rate);
    OptionRange.positive("--tokens", tokens);
    OptionRange.positive("--seconds", seconds);
    OptionRange.positive("--repetitions", repetitions);
    OptionRange.positive("--hidden", hidden);
    OptionRange.atMost("--rate", rate, FASTEST);
    OptionRange.atMost("--seconds", seconds, LONGEST);
    OptionRange.atMost("--tokens", tokens, Prompt.MOST_TOKENS);
    ModelSettings model = ModelSettings.ofChapter(Fit.of("lmmodel7"), 0).withHidden(hidden);
    return Measuring.onStream(json, (stream, interruption) -> measure(stream, interruption, model));
  }

  private Optional<Finding> measure(
      Reproduction stream, Interruption interruption, ModelSettings model) throws Exception {
    try (BackgroundTraining training = stream.trainWithoutEnd(model);
        PromptClient client = PromptClient.connect(stream.kafka())) {
      client.ask(null, Prompt.of("one", 1), FIRST_ANSWER);
      PromptedTraining prompted = new PromptedTraining(training, client, rate, tokens, seconds);
      List<Pair> pairs = pairs(prompted, interruption);
      if (pairs.isEmpty()) {
        return Optional.empty();
      }
      PredictionCost cost = new PredictionCost(pairs);
      return Optional.of(new Finding(cost.toText(), cost::toJson));
    }
  }

  private List<Pair> pairs(PromptedTraining training, Interruption interruption)
      throws InterruptedException {
    PrintStream screen = System.out;
    List<Pair> pairs = new ArrayList<>();
    // Java and the engine are cold at first, so the first pair does not count.
    training.pair(true);
    screen.println(
        ROW.formatted("pair", "without, tokens/s", "with, tokens/s", "ratio", "p50", "p99", "max"));
    while (pairs.size() < repetitions && !interruption.isWished()) {
      // Each goes first every other time.
      pairs.add(training.pair(pairs.size() % 2 == 1));
      screen.println(row(pairs.size(), pairs.get(pairs.size() - 1)));
    }
    return pairs;
  }

  private static String row(int number, Pair pair) {
    Latencies latencies = pair.outcome().latencies();
    return ROW.formatted(
        number,
        Figures.rate(pair.without()),
        Figures.rate(pair.with()),
        Figures.shortDecimal(pair.ratio()),
        Figures.milliseconds(latencies.percentile(50)),
        Figures.milliseconds(latencies.percentile(99)),
        Figures.milliseconds(latencies.longest()));
  }
}
