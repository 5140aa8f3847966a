package io.flinklm.bench.replicas;

import io.flinklm.UserMistake;
import io.flinklm.application.options.OptionRange;
import io.flinklm.application.options.ReplicaOptions;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Measuring;
import io.flinklm.train.Fit;
import io.flinklm.train.Replication;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code flink-lm bench replicas}: what a training gains where replicas train side by side, alone
 * and in the pipeline, beside what the machine's cores give to processes that share nothing; and
 * what their rounds cost.
 */
@Command(
    name = "replicas",
    description =
        "Replicas side by side, alone and in the pipeline, beside processes that share nothing.",
    sortOptions = false)
public final class ReplicasCommand implements Callable<Integer> {
  private static final int LONGEST = 600;

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
      names = "--replicas",
      paramLabel = "REPLICAS",
      defaultValue = "2",
      description = "Replicas, and processes beside them (default: ${DEFAULT-VALUE}).")
  private int replicas;

  @Option(
      names = "--round",
      paramLabel = "STEPS",
      defaultValue = "5",
      description =
          "Steps that each replica takes between two averages (default: ${DEFAULT-VALUE}).")
  private int round;

  @Option(
      names = "--exchange",
      paramLabel = "weights|weights+moments",
      defaultValue = "weights+moments",
      description =
          "What replicas average: their weights, or the optimizer's moments too (default:"
              + " ${DEFAULT-VALUE}).")
  private String exchange;

  @Option(
      names = "--seconds",
      defaultValue = "5",
      description =
          "Seconds of a turn; of a pipeline whole intervals between its checkpoints (default:"
              + " ${DEFAULT-VALUE}).")
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
      description = "Seconds between checkpoints of the pipelines (default: ${DEFAULT-VALUE}).")
  private int checkpointSeconds;

  @Option(
      names = "--json",
      description = "Print the results as one JSON object, the last line on standard output.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    OptionRange.positive("--hidden", hidden);
    OptionRange.positive("--round", round);
    OptionRange.positive("--seconds", seconds);
    OptionRange.atMost("--seconds", seconds, LONGEST);
    OptionRange.positive("--repetitions", repetitions);
    OptionRange.positive("--checkpoint-interval", checkpointSeconds);
    ModelSettings settings = ModelSettings.ofChapter(Fit.of(model), 0).withHidden(hidden);
    if (replicas < 2 || settings.laneCount() % replicas != 0) {
      throw new UserMistake(
          "--replicas must be 2 or more and share out %d lanes evenly, not %d"
              .formatted(settings.laneCount(), replicas));
    }
    ReplicasContest contest =
        new ReplicasContest(
            settings.withReplication(
                new Replication(replicas, round, ReplicaOptions.exchange(exchange))),
            Duration.ofSeconds(checkpointSeconds));
    return Measuring.inDirectory(
        json,
        (work, interruption) -> contest.measure(work.path(), seconds, repetitions, interruption));
  }
}
