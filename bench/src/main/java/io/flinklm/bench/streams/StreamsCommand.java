package io.flinklm.bench.streams;

import io.flinklm.UserMistake;
import io.flinklm.application.options.OptionRange;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Measuring;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.train.Fit;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code flink-lm bench streams}: heap and checkpoints while the number of streams grows, and then
 * the speed of a training on all of them beside one on lanes, by turns.
 */
@Command(
    name = "streams",
    description = "Train on many streams: heap, checkpoints, and the speed beside that of lanes.",
    sortOptions = false)
public final class StreamsCommand implements Callable<Integer> {
  @Option(
      names = "--streams",
      paramLabel = "<streams>",
      defaultValue = "1000000",
      description = "How many streams (default: ${DEFAULT-VALUE}).")
  private int streams;

  @Option(
      names = "--hidden",
      defaultValue = "64",
      description = "Width of embedding and hidden state (default: ${DEFAULT-VALUE}).")
  private int hidden;

  @Option(
      names = "--state-backend",
      paramLabel = "heap|rocksdb",
      defaultValue = "rocksdb",
      description = "Where streams are kept (default: ${DEFAULT-VALUE}).")
  private String backend;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Seconds of a turn (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--repetitions",
      defaultValue = "5",
      description = "Rounds, behind one that does not count (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Seconds between checkpoints (default: ${DEFAULT-VALUE}).")
  private int checkpointSeconds;

  @Option(
      names = "--json",
      description = "Print the results as one JSON object, the last line on standard output.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    OptionRange.positive("--streams", streams);
    OptionRange.positive("--hidden", hidden);
    OptionRange.positive("--seconds", seconds);
    OptionRange.positive("--repetitions", repetitions);
    OptionRange.positive("--checkpoint-interval", checkpointSeconds);
    if (!backend.equals("heap") && !backend.equals("rocksdb")) {
      throw new UserMistake("--state-backend is heap or rocksdb, not '" + backend + "'");
    }
    ModelSettings model = ModelSettings.ofChapter(Fit.of("lmmodel7"), 0).withHidden(hidden);
    StreamOptions options =
        new StreamOptions(
            Duration.ofSeconds(10).toMillis(),
            Duration.ofDays(1).toMillis(),
            Duration.ofSeconds(5).toMillis(),
            Duration.ofSeconds(10).toMillis(),
            backend.equals("heap") ? StreamOptions.HEAP : StreamOptions.ROCKSDB);
    return Measuring.inDirectory(
        json,
        (work, interruption) ->
            new ManyStreams(model, options, streams, Duration.ofSeconds(checkpointSeconds))
                .measure(work.path(), seconds, repetitions, interruption));
  }
}
