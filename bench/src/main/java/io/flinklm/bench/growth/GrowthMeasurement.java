package io.flinklm.bench.growth;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.growth.Growth.Step;
import io.flinklm.bench.growth.Growth.Text;
import io.flinklm.bench.measure.BareStep;
import io.flinklm.bench.measure.Machine;
import io.flinklm.bench.measure.PreparedBatches;
import io.flinklm.bench.measure.Rates;
import io.flinklm.cli.run.BackgroundTraining;
import io.flinklm.cli.run.RepeatedText;
import io.flinklm.cli.run.Reproduction;
import io.flinklm.cli.run.WorkDirectory;
import io.flinklm.cli.screen.Figures;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.net.Cell;
import io.flinklm.train.Fit;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.Report;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures {@link Growth} and prints each number as it comes.
 *
 * @param fit of the model
 * @param seconds that a step is repeated
 * @param repetitions how often it is repeated for so long
 * @param screen to print on
 */
record GrowthMeasurement(Fit fit, int seconds, int repetitions, PrintStream screen) {
  /** Fewest tokens of a text through the stream. */
  static final int SHORTEST_TEXT = 10_000;

  private static final int LANES_OF_TEXT = 64;
  private static final int WIDTH_OF_TEXT = 8;
  private static final int WINDOWS = 4;
  private static final int WARMING_TOKENS = 500_000;
  private static final Duration CHECKPOINTS = Duration.ofSeconds(10);
  // Short beside the shortest text: while the producer wins its lead, it takes from the training.
  private static final long LEAD = 200_000;
  private static final long PAUSE_MILLIS = 5;
  private static final double NANOS = 1e9;
  private static final double MEBIBYTE = 1024 * 1024;
  private static final String STEP_ROW = "%6s  %6s  %10s  %s";
  private static final String TEXT_ROW = "%11s  %10s  %12s  %10s";

  /** Measures all; a person may stop it between two. */
  Growth of(
      List<Integer> widths,
      List<Integer> laneCounts,
      List<Integer> lengths,
      Interruption interruption)
      throws Exception {
    List<Step> steps = new ArrayList<>();
    screen.println(STEP_ROW.formatted("hidden", "lanes", "tokens/s", "lowest to highest"));
    for (int hidden : widths) {
      for (int count : laneCounts) {
        if (!interruption.isWished()) {
          steps.add(step(hidden, count));
          screen.println(row(steps.get(steps.size() - 1)));
        }
      }
    }
    screen.println();
    List<Text> texts = texts(lengths, interruption);
    return new Growth(Machine.here(), fit.model(), steps, texts);
  }

  private Step step(int hidden, int laneCount) {
    ModelSettings model = model(hidden, laneCount);
    RepeatedText text = RepeatedText.ofNumbers(model, WINDOWS);
    List<Double> rates = new ArrayList<>();
    try (BareStep step =
        new BareStep(
            model.trainingConfig(text.tokenizer().size(), 0),
            PyTorch.device(model.device()),
            1,
            new PreparedBatches(text.ids(), text.lanes()))) {
      step.run(0);
      for (int i = 0; i < repetitions; i++) {
        rates.add(step.run(seconds).rate());
      }
    }
    Rates all = new Rates(rates);
    return new Step(hidden, laneCount, all.median(), all.lowest(), all.highest());
  }

  private ModelSettings model(int hidden, int laneCount) {
    return new ModelSettings(
        fit.model(),
        laneCount,
        fit.bptt(),
        hidden,
        fit.layers(),
        0,
        DeviceChoice.CPU,
        Cell.ENGINE,
        OnNonfinite.STOP);
  }

  private List<Text> texts(List<Integer> lengths, Interruption interruption) throws Exception {
    List<Text> texts = new ArrayList<>();
    try (WorkDirectory work = WorkDirectory.create();
        Reproduction stream = Reproduction.start(work.path(), 0)) {
      // Java and the engine are cold at first.
      text(stream, Math.min(WARMING_TOKENS, lengths.stream().mapToInt(of -> of).max().orElse(0)));
      screen.println(TEXT_ROW.formatted("tokens", "tokens/s", "ns a token", "memory"));
      for (int length : lengths) {
        if (!interruption.isWished()) {
          texts.add(text(stream, length));
          screen.println(row(texts.get(texts.size() - 1)));
        }
      }
    }
    return texts;
  }

  private Text text(Reproduction stream, int length) throws Exception {
    ModelSettings model = model(WIDTH_OF_TEXT, LANES_OF_TEXT);
    int windows = Math.max(1, length / LANES_OF_TEXT / model.bptt());
    RepeatedText text = RepeatedText.ofNumbers(model, windows);
    long tokens = (long) windows * LANES_OF_TEXT * model.bptt();
    stream.dropCheckpoints();
    try (BackgroundTraining training = stream.trainWithoutEnd(model, text, CHECKPOINTS, LEAD)) {
      Report report = training.newest();
      while (report.tokensTrained() < tokens) {
        Thread.sleep(PAUSE_MILLIS);
        report = training.newest();
      }
      double rate = report.tokensTrained() / report.seconds();
      return new Text(
          WIDTH_OF_TEXT, report.tokensTrained(), rate, NANOS / rate, Machine.residentMemory());
    }
  }

  private static String row(Step step) {
    return STEP_ROW.formatted(
        step.hidden(),
        step.laneCount(),
        Figures.rate(step.tokensPerSecond()),
        Figures.rate(step.lowest()) + " to " + Figures.rate(step.highest()));
  }

  private static String row(Text text) {
    Long memory = text.residentMemoryBytes();
    return TEXT_ROW.formatted(
        Figures.count(text.tokens()),
        Figures.rate(text.tokensPerSecond()),
        Figures.rate(text.nanosecondsPerToken()),
        memory == null ? "-" : Figures.count(Math.round(memory / MEBIBYTE)) + " MiB");
  }
}
