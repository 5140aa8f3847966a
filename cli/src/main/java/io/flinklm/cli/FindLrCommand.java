package io.flinklm.cli;

import io.flinklm.UserMistake;
import io.flinklm.application.options.ModelOptions;
import io.flinklm.application.options.OptionRange;
import io.flinklm.application.settings.InitialModel;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.chart.Picture;
import io.flinklm.cli.chart.RateChart;
import io.flinklm.cli.option.TextOptions;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.run.OwnMemory;
import io.flinklm.cli.run.RangeTest;
import io.flinklm.cli.run.RateSuggestion;
import io.flinklm.cli.run.WorkDirectory;
import io.flinklm.cli.screen.Terminal;
import io.flinklm.job.train.TrainingHeap;
import io.flinklm.lane.Lanes;
import io.flinklm.local.process.FileClaim;
import io.flinklm.text.Corpus;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.train.Fit;
import io.flinklm.train.Hyperparameters;
import io.flinklm.train.LearningRateCurve;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flink-lm find-lr}. */
@Command(
    name = "find-lr",
    description =
        "Train for some steps with a learning rate that rises, and suggest one from the losses.",
    sortOptions = false)
final class FindLrCommand implements Callable<Integer> {
  private static final int FEWEST_STEPS = 2;
  private static final int MOST_STEPS = 100_000;
  private static final double HIGHEST = 100;

  @Mixin private ModelOptions options;
  @Mixin private TextOptions text;

  @Option(
      names = "--from",
      paramLabel = "RATE",
      defaultValue = "1e-6",
      description = "Learning rate of the first step (default: ${DEFAULT-VALUE}).")
  private double from;

  @Option(
      names = "--to",
      paramLabel = "RATE",
      defaultValue = "1",
      description =
          "Learning rate of the last step, which is not reached where the loss explodes before"
              + " (default: ${DEFAULT-VALUE}).")
  private double to;

  @Option(
      names = "--steps",
      defaultValue = "150",
      description =
          "Steps from the one rate to the other; a text with fewer begins anew (default:"
              + " ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out",
      description = "Where find-lr.jsonl and find-lr.png go (default: ${DEFAULT-VALUE}).")
  private Path directory;

  @Option(
      names = "--json",
      description = "Print the result as one JSON object, the last line on standard output.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    requireValid();
    requireNoRate(options.settings(options.fit(options.tokenizer().kind())).hyperparameters());
    double validShare = text.validShare();
    OutDirectory out = OutDirectory.open(directory);
    try (FileClaim claim = out.claim();
        WorkDirectory spool = WorkDirectory.create()) {
      List<Path> files = text.files(spool.path());
      TokenizerChoice choice = options.tokenizer().choiceFor(files);
      Fit fit = options.fit(choice.kind());
      ModelSettings model = options.settings(fit);
      Corpus corpus = TextOptions.read(files, choice, spool.path());
      Lanes lanes =
          Lanes.of(corpus.size(), model.laneCount(), model.windows(), validShare)
              .along(corpus.pieceStarts());
      find(fit, new RangeTest(model, corpus, lanes, steps, from, to), out);
    }
    return 0;
  }

  private void find(Fit fit, RangeTest test, OutDirectory out) {
    options.requireDevice();
    Tokenizer tokenizer = test.corpus().learned();
    OwnMemory.requireFor(TrainingHeap.Work.LOOP, test.model(), tokenizer);
    System.out.println("Expected   " + OwnMemory.ofLoop(test.model(), tokenizer));
    test.model().selfTest(tokenizer.size()).warning().ifPresent(Terminal::warn);
    Optional<InitialModel> initial = options.initial(fit, tokenizer);
    Path steps = out.path().resolve("find-lr.jsonl");
    LearningRateCurve curve = test.run(steps, initial);
    System.out.println("Steps      " + steps);
    draw(curve, out.path().resolve("find-lr.png"));
    RateSuggestion suggestion = RateSuggestion.of(curve);
    System.out.println(suggestion.toText());
    if (json) {
      System.out.println(suggestion.toJson());
    }
  }

  private static void draw(LearningRateCurve curve, Path png) {
    try {
      RateChart.draw(curve, png);
      System.out.println("Curve      " + png);
    } catch (Picture.NotDrawn e) {
      System.out.println("warning: " + e.getMessage());
    }
  }

  private void requireValid() {
    options.requireOneReplica();
    if (!(from > 0 && from < to && to <= HIGHEST)) {
      throw new UserMistake(
          "--from must be more than 0 and less than --to, which is at most 100, not %s and %s"
              .formatted(from, to));
    }
    if (steps < FEWEST_STEPS) {
      throw new UserMistake("--steps must be 2 or more, not " + steps);
    }
    OptionRange.atMost("--steps", steps, MOST_STEPS);
  }

  private static void requireNoRate(Hyperparameters chosen) {
    if (chosen.learningRate() != null || chosen.schedule() != null || chosen.warmUp() != null) {
      throw new UserMistake(
          "find-lr tries all rates from --from to --to: leave out --learning-rate, --schedule and"
              + " --warm-up");
    }
  }
}
