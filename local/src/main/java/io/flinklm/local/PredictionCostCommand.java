package io.flinklm.local;

import io.flinklm.local.PredictionCost.Pair;
import io.flinklm.predict.Prompt;
import io.flinklm.producer.Corpus;
import io.flinklm.train.Fit;
import io.flinklm.train.Report;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
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
final class PredictionCostCommand implements Callable<Integer> {
  private static final int STOPPED = 130;
  private static final int SHORTEST = 5;
  private static final int LENGTHS = 6;
  private static final int SESSIONS = 10;
  // Prime, so that prompts begin all over the text.
  private static final int STRIDE = 9_973;
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
    ModelOptions.positive("--rate", rate);
    ModelOptions.positive("--tokens", tokens);
    ModelOptions.positive("--seconds", seconds);
    ModelOptions.positive("--repetitions", repetitions);
    ModelOptions.positive("--hidden", hidden);
    ModelOptions.atMost("--tokens", tokens, Prompt.MOST_TOKENS);
    ModelSettings model = ModelSettings.ofChapter(Fit.of("lmmodel7"), 0).withHidden(hidden);
    Path work = Files.createTempDirectory("flink-lm-bench");
    Interruption interruption = Interruption.listen();
    List<Pair> pairs;
    try (Reproduction stream = Reproduction.start(work, 0);
        BackgroundTraining training = stream.trainWithoutEnd(model);
        PromptClient client = PromptClient.connect(stream.kafka())) {
      client.ask(null, Prompt.of("one", 1), FIRST_ANSWER);
      pairs = pairs(training, client, interruption);
    }
    OutDirectory.delete(work);
    if (pairs.isEmpty()) {
      System.out.println("Stopped; nothing was measured.");
      return STOPPED;
    }
    PredictionCost cost = new PredictionCost(pairs);
    System.out.println();
    System.out.println(cost.toText());
    if (json) {
      System.out.println(cost.toJson());
    }
    return 0;
  }

  private List<Pair> pairs(
      BackgroundTraining training, PromptClient client, Interruption interruption)
      throws Exception {
    PrintStream screen = System.out;
    List<Pair> pairs = new ArrayList<>();
    // Java and the engine are cold at first.
    asked(training, client);
    screen.println(
        ROW.formatted("pair", "without, tokens/s", "with, tokens/s", "ratio", "p50", "p99", "max"));
    for (int i = 0; i < repetitions && !interruption.isWished(); i++) {
      // Each goes first every other time.
      boolean askedFirst = i % 2 == 1;
      Stretch first = askedFirst ? asked(training, client) : alone(training);
      Stretch second = askedFirst ? alone(training) : asked(training, client);
      Stretch asked = askedFirst ? first : second;
      Stretch alone = askedFirst ? second : first;
      Pair pair = new Pair(alone.rate, asked.rate, asked.outcome);
      pairs.add(pair);
      screen.println(row(i + 1, pair));
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

  /**
   * A stretch of the training.
   *
   * @param rate tokens trained per second
   * @param outcome of its prompts; null without any
   */
  private record Stretch(double rate, PromptLoad.Outcome outcome) {
    static Stretch between(Report before, Report after, PromptLoad.Outcome outcome) {
      long trained = after.tokensTrained() - before.tokensTrained();
      return new Stretch(trained / (after.seconds() - before.seconds()), outcome);
    }
  }

  private Stretch alone(BackgroundTraining training) throws InterruptedException {
    Report before = training.newest();
    Thread.sleep(Duration.ofSeconds(seconds).toMillis());
    return Stretch.between(before, training.newest(), null);
  }

  private Stretch asked(BackgroundTraining training, PromptClient client) {
    PromptLoad load = new PromptLoad(client, prompts(), SESSIONS, rate);
    Report before = training.newest();
    PromptLoad.Outcome outcome = load.run();
    return Stretch.between(before, training.newest(), outcome);
  }

  /** A few tokens each, from all over the text. */
  private List<Prompt> prompts() {
    List<String> text = Corpus.humanNumbers().tokens();
    return IntStream.range(0, Math.multiplyExact(rate, seconds))
        .mapToObj(
            i -> {
              int length = SHORTEST + i % LENGTHS;
              int start = (int) ((long) i * STRIDE % (text.size() - length));
              return Prompt.of(String.join(" ", text.subList(start, start + length)), tokens);
            })
        .toList();
  }
}
