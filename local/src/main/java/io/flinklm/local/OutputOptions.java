package io.flinklm.local;

import io.flinklm.application.ModelOptions;
import io.flinklm.application.TuningOptions;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that trains: where results go, and how the job runs. */
final class OutputOptions {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out",
      description = "Where results go (default: ${DEFAULT-VALUE}).")
  Path out;

  @Option(
      names = "--json",
      description = "Print the results as one JSON object, the last line on standard output.")
  boolean json;

  @Mixin PortOption port;

  @Mixin TuningOptions tuning;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Seconds between checkpoints (default: ${DEFAULT-VALUE}).")
  int checkpointSeconds;

  @Option(
      names = "--parallelism",
      defaultValue = "1",
      description =
          "Parallelism of source, tokenizer and chunker (default: ${DEFAULT-VALUE}). The training"
              + " itself runs at parallelism 1: there is one model.")
  int parallelism;

  /** Refuses values that are out of their range. */
  void requireValid() {
    ModelOptions.positive("--checkpoint-interval", checkpointSeconds);
    ModelOptions.positive("--parallelism", parallelism);
    port.requireValid();
    tuning.requireValid();
  }

  /** Subtasks that the widest operator has. */
  int slots() {
    return Math.max(parallelism, tuning.predictParallelism(parallelism));
  }
}
