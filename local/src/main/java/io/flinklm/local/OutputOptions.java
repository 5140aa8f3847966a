package io.flinklm.local;

import io.flinklm.job.PinnedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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

  @Mixin LaneTimeoutOption laneTimeout;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Seconds between checkpoints (default: ${DEFAULT-VALUE}).")
  int checkpointSeconds;

  @Option(
      names = "--publish-every",
      paramLabel = "STEPS",
      defaultValue = "50",
      description = "Steps between the weights that answer prompts (default: ${DEFAULT-VALUE}).")
  int publishSteps;

  @Option(
      names = "--export-every",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "Least seconds between the models in DIR/models, each of a complete checkpoint"
              + " (default: ${DEFAULT-VALUE}).")
  int exportSeconds;

  @Option(
      names = "--keep",
      paramLabel = "MODELS",
      defaultValue = "10",
      description = "How many of the newest models stay; 0 for all (default: ${DEFAULT-VALUE}).")
  int keep;

  @Option(
      names = "--scores",
      description =
          "Write to the topic scores how little the model expected each record, before it was"
              + " trained on it.")
  boolean scores;

  @Option(
      names = "--parallelism",
      defaultValue = "1",
      description =
          "Parallelism of source, tokenizer and chunker (default: ${DEFAULT-VALUE}). The training"
              + " itself runs at parallelism 1: there is one model.")
  int parallelism;

  @Option(
      names = "--predict-parallelism",
      description = "Parallelism of the answers to prompts (default: that of --parallelism).")
  private Integer predictParallelism;

  @Option(
      names = "--session-ttl",
      paramLabel = "DURATION",
      defaultValue = "1h",
      converter = DurationConverter.class,
      description =
          "How long a session of prompts is remembered after its last one, 30s or 2h"
              + " (default: ${DEFAULT-VALUE}).")
  private Duration sessionTimeToLive;

  @Option(
      names = "--serve-from",
      paramLabel = "DIR",
      description =
          "Answer prompts with the model in DIR instead of the one that is trained: its files, or"
              + " an --out directory.")
  Path serveFrom;

  private Optional<PinnedModel> pinned = Optional.empty();

  /** Refuses values that are out of their range. */
  void requireValid() {
    ModelOptions.positive("--checkpoint-interval", checkpointSeconds);
    ModelOptions.positive("--parallelism", parallelism);
    port.requireValid();
    ModelOptions.positive("--publish-every", publishSteps);
    ModelOptions.zeroOrMore("--export-every", exportSeconds);
    ModelOptions.zeroOrMore("--keep", keep);
    laneTimeout.duration();
    ModelOptions.positive("--predict-parallelism", predictParallelism());
    // Now, because a new run clears its directory, and the model may lie there.
    pinned = Optional.ofNullable(serveFrom).map(ModelOnDisk::read);
  }

  /** Subtasks that the widest operator has. */
  int slots() {
    return Math.max(parallelism, predictParallelism());
  }

  private int predictParallelism() {
    return predictParallelism == null ? parallelism : predictParallelism;
  }

  /**
   * How the job is to behave.
   *
   * @param prompts offset of the first prompt to answer, by partition
   */
  JobTuning tuning(Map<Integer, Long> prompts) {
    return new JobTuning(
        laneTimeout.duration(),
        publishSteps,
        Duration.ofSeconds(exportSeconds),
        keep,
        scores,
        Optional.of(new ServingTuning(predictParallelism(), sessionTimeToLive, pinned, prompts)));
  }
}
