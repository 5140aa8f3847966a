package io.flinklm.cli.option;

import io.flinklm.application.options.OptionRange;
import io.flinklm.application.options.TuningOptions;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that trains: where results go, and how the job runs. */
public final class OutputOptions {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out",
      description = "Where results go (default: ${DEFAULT-VALUE}).")
  public Path out;

  @Option(
      names = "--json",
      description = "Print the results as one JSON object, the last line on standard output.")
  public boolean json;

  @Mixin public PortOption port;

  @Mixin public TuningOptions tuning;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Seconds between checkpoints (default: ${DEFAULT-VALUE}).")
  public int checkpointSeconds;

  @Option(
      names = "--parallelism",
      defaultValue = "1",
      description =
          "Parallelism of source, tokenizer and chunker (default: ${DEFAULT-VALUE}). The training"
              + " itself runs at parallelism 1: there is one model.")
  public int parallelism;

  /** Refuses values that are out of their range. */
  public void requireValid() {
    OptionRange.positive("--checkpoint-interval", checkpointSeconds);
    OptionRange.positive("--parallelism", parallelism);
    port.requireValid();
    tuning.requireValid();
  }

  /** Subtasks that the widest operator has. */
  public int slots() {
    return Math.max(parallelism, tuning.predictParallelism(parallelism));
  }
}
