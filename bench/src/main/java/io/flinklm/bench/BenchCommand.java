package io.flinklm.bench;

import io.flinklm.UserMistake;
import io.flinklm.application.options.OptionRange;
import io.flinklm.application.options.ShardOptions;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.checkpoints.CheckpointCostCommand;
import io.flinklm.bench.continuations.ContinuationsCommand;
import io.flinklm.bench.feed.FeedCommand;
import io.flinklm.bench.growth.GrowthCommand;
import io.flinklm.bench.measure.Rates;
import io.flinklm.bench.measure.Rounds;
import io.flinklm.bench.predictions.PredictionCostCommand;
import io.flinklm.bench.replicas.ReplicasCommand;
import io.flinklm.bench.shards.ShardsCommand;
import io.flinklm.bench.speed.Contest;
import io.flinklm.bench.speed.SpeedFiles;
import io.flinklm.bench.speed.SpeedOptions;
import io.flinklm.bench.speed.SpeedResults;
import io.flinklm.bench.speed.SpeedText;
import io.flinklm.bench.speed.ZipfText;
import io.flinklm.bench.streams.StreamsCommand;
import io.flinklm.cli.AddedCommand;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.screen.Figures;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.engine.PyTorch;
import io.flinklm.net.Cell;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenizedText;
import io.flinklm.train.Fit;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.TrainingConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code flink-lm bench}: the training step, the plain loop and the pipeline beside PyTorch's own
 * loop, DJL's own classes and what the machine can do.
 */
@Command(
    name = "bench",
    description =
        "Measure how fast it trains beside PyTorch's own loop, all by turns in one run; or one of"
            + " the PARTs.",
    subcommands = {
      GrowthCommand.class,
      CheckpointCostCommand.class,
      FeedCommand.class,
      PredictionCostCommand.class,
      ShardsCommand.class,
      ReplicasCommand.class,
      StreamsCommand.class,
      ContinuationsCommand.class
    },
    sortOptions = false,
    synopsisSubcommandLabel = "[PART]")
public final class BenchCommand implements AddedCommand {
  private static final int STOPPED = 130;
  private static final int LONGEST = 600;
  private static final int LARGEST_VOCABULARY = 1_000_000;

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
      names = "--lanes",
      paramLabel = "<lanes>",
      defaultValue = "64",
      description = "Lanes, the rows of a batch (default: ${DEFAULT-VALUE}).")
  private int laneCount;

  @Option(
      names = "--bptt",
      description = "Tokens in a window (default: the model's, 16 for lmmodel7).")
  private Integer bptt;

  @Option(
      names = "--vocabulary-size",
      paramLabel = "N",
      description =
          "Train on N words that are drawn as often as those of a language, 1 / rank (default: the"
              + " human numbers, 30 words).")
  private Integer vocabularySize;

  @Option(
      names = "--repetitions",
      defaultValue = "5",
      description = "Rounds, behind one that does not count (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      description =
          "Seconds that each is measured in a round; the pipeline for whole intervals between its"
              + " checkpoints (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Seconds between checkpoints of the pipeline (default: ${DEFAULT-VALUE}).")
  private int checkpointSeconds;

  @Mixin private ShardOptions shards;

  @Option(
      names = "--pytorch-threads",
      paramLabel = "THREADS",
      description =
          "PyTorch is measured with so many threads too, for its best setting (default: all cores).")
  private Integer pytorchThreads;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description =
          "cpu, or gpu: the bare step and PyTorch's loop on it (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out",
      description = "Where bench.json and bench.png go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--json",
      description = "Print the results as one JSON object, the last line on standard output.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    SpeedOptions options = options();
    OutDirectory results = OutDirectory.open(out);
    PrintStream screen = System.out;
    Interruption interruption = Interruption.listen();
    try (Contest contest = Contest.prepare(options)) {
      contest
          .missing()
          .ifPresent(why -> screen.println("PyTorch's own loop is not measured: " + why));
      Map<String, Rates> rates =
          new Rounds(contest.contestants(), options.seconds())
              .run(
                  options.repetitions(),
                  contest.times()::clear,
                  round -> screen.println(line(round)),
                  interruption::isWished);
      if (rates.isEmpty()) {
        screen.println("Stopped; nothing was measured.");
        return STOPPED;
      }
      SpeedResults result = SpeedResults.of(options, contest, rates);
      screen.println();
      screen.println(new SpeedText(result));
      screen.println();
      new SpeedFiles(result).write(results.path(), screen);
      if (json) {
        screen.println(result.toJson());
      }
    }
    return 0;
  }

  private SpeedOptions options() {
    Fit fit = Fit.of(model);
    OptionRange.positive("--hidden", hidden);
    OptionRange.positive("--lanes", laneCount);
    int window = bptt == null ? fit.bptt() : bptt;
    OptionRange.positive("--bptt", window);
    if (window != fit.bptt() && !fit.kind().takesAnyWindow()) {
      throw new UserMistake("--bptt of " + model + " is " + fit.bptt() + ", not " + window);
    }
    OptionRange.positive("--repetitions", repetitions);
    OptionRange.positive("--seconds", seconds);
    OptionRange.atMost("--seconds", seconds, LONGEST);
    OptionRange.positive("--checkpoint-interval", checkpointSeconds);
    shards.requireFit(laneCount);
    int most = pytorchThreads == null ? Runtime.getRuntime().availableProcessors() : pytorchThreads;
    OptionRange.positive("--pytorch-threads", most);
    OptionRange.atMost("--pytorch-threads", most, PyTorch.MOST_THREADS);
    if (!device.equals("cpu") && !device.equals("gpu")) {
      throw new UserMistake("--device is cpu or gpu, not '" + device + "'");
    }
    PyTorch.newManager(PyTorch.device(DeviceChoice.of(device))).close();
    ModelSettings settings =
        new ModelSettings(
                model,
                laneCount,
                window,
                hidden,
                fit.layers(),
                0,
                DeviceChoice.of(device),
                Cell.ENGINE,
                OnNonfinite.STOP)
            .withShards(
                shards.count(), TrainingConfig.threadsHere(shards.engineThreads(), shards.count()));
    return new SpeedOptions(
        settings, text(), seconds, repetitions, Duration.ofSeconds(checkpointSeconds), most);
  }

  private TokenizedText text() {
    if (vocabularySize == null) {
      return Corpus.humanNumbers();
    }
    OptionRange.positive("--vocabulary-size", vocabularySize);
    OptionRange.atMost("--vocabulary-size", vocabularySize, LARGEST_VOCABULARY);
    return ZipfText.of(vocabularySize);
  }

  private static String line(Map<String, Double> round) {
    return round.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(Contest.MATRICES))
        .map(entry -> entry.getKey() + " " + Figures.shortRate(entry.getValue()))
        .collect(Collectors.joining(", "));
  }
}
