package io.flinklm.cli.option;

import io.flinklm.application.options.OptionRange;
import io.flinklm.application.options.TuningOptions;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that trains: where results go, and how the job runs. */
public final class OutputOptions {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out",
      description = "Where results go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--json",
      description = "Print the results as one JSON object, the last line on standard output.")
  private boolean json;

  @Mixin private PortOption port;

  @Mixin private TuningOptions tuning;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Seconds between checkpoints (default: ${DEFAULT-VALUE}).")
  private int checkpointSeconds;

  @Option(
      names = "--parallelism",
      defaultValue = "1",
      description =
          "Parallelism of source, tokenizer and chunker (default: ${DEFAULT-VALUE}). The training"
              + " itself runs at --train-parallelism, which is 1 where there is one replica.")
  private int parallelism;

  /** Refuses values that are out of their range. */
  public void requireValid() {
    OptionRange.positive("--checkpoint-interval", checkpointSeconds);
    OptionRange.positive("--parallelism", parallelism);
    port.requireValid();
    tuning.requireValid();
  }

  /** Where results go. */
  public Path out() {
    return out;
  }

  /** Whether results are printed as JSON too. */
  public boolean json() {
    return json;
  }

  /** Port of the dashboard; 0 for any free one. */
  public int port() {
    return port.number();
  }

  /** How the job is to behave. */
  public TuningOptions tuning() {
    return tuning;
  }

  /** Time between checkpoints. */
  public Duration checkpointInterval() {
    return Duration.ofSeconds(checkpointSeconds);
  }

  /** Parallelism of the operators that can have one. */
  public int parallelism() {
    return parallelism;
  }

  /**
   * Subtasks that the widest operator has.
   *
   * @param trainParallelism those that train
   */
  public int slots(int trainParallelism) {
    return Math.max(
        Math.max(parallelism, trainParallelism), tuning.predictParallelism(parallelism));
  }
}
