package io.flinklm.cli.run;

import io.flinklm.application.settings.JobTuning;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.option.OutputOptions;
import io.flinklm.cli.screen.Display;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.cli.screen.Terminal;
import io.flinklm.local.flink.Cluster;
import io.flinklm.local.flink.RepeatedFailureException;
import io.flinklm.producer.LanePlan;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.train.NonfiniteException;
import io.flinklm.train.Replication;
import io.flinklm.train.Report;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * A run on a Flink of this process, as a person sees it: where to look, the live display, and at
 * the end the results, or how to go on.
 *
 * @param settings of the run
 * @param tokenizer of its text
 * @param kafka where the topics are
 * @param out where results go
 */
public record LocalRun(
    RunSettings settings, Tokenizer tokenizer, KafkaAddress kafka, OutDirectory out) {

  /**
   * Runs to the end or until stopped.
   *
   * @param plan what to publish; empty where others do
   * @param checkpoint to go on from
   * @param trainParallelism subtasks that train
   * @return exit code of the process
   */
  public int run(
      Optional<LanePlan> plan,
      Optional<Path> checkpoint,
      OutputOptions options,
      int trainParallelism)
      throws Exception {
    settings.model().selfTest(tokenizer.size()).warning().ifPresent(Terminal::warn);
    PrintStream screen = System.out;
    Interruption interruption = Interruption.listen();
    interruption.endAtLatest(
        " and ends where it is; the last checkpoint is kept. Go on with "
            + resuming(options.tuning().laneTimeout().again()));
    Optional<Report.RunEnd> end;
    Duration interval = options.checkpointInterval();
    // Who reads here where Kafka is may ask at once, seconds before the job is there.
    TopicSetup topics = new TopicSetup(kafka);
    topics.createNewer();
    if (settings.alerts() != null) {
      topics.createAlerts();
    }
    JobTuning tuning =
        options
            .tuning()
            .tuning(options.parallelism(), topics.end(TopicNames.PROMPTS))
            .withScores(settings.scores(), Optional.ofNullable(settings.alerts()))
            .withTestsOfAll(settings.prequential())
            .withStreams(Optional.ofNullable(settings.streams()))
            .withTrainParallelism(trainParallelism);
    // Before Flink starts: that takes seconds.
    screen.println("Model      " + model());
    screen.println("Batch      " + batch());
    screen.println(
        "Expected   "
            + OwnMemory.estimate(
                OwnMemory.stream(out.startsFromModel()),
                settings.model(),
                tokenizer,
                trainParallelism));
    if (options.parallelism() > 1 || settings.hasReplicas()) {
      screen.println(
          "Flink      parallelism %d, and %d for the training%s"
              .formatted(
                  options.parallelism(),
                  trainParallelism,
                  settings.hasReplicas()
                      ? " of %d replicas".formatted(settings.model().replication().count())
                      : ": there is one model"));
    }
    screen.println("Results    " + out.path());
    screen.println("Kafka      " + kafka.bootstrap());
    try (Cluster cluster =
        Cluster.start(options.port(), out.checkpoints(), interval, options.slots(trainParallelism))
            .withParallelism(options.parallelism())) {
      screen.println("Dashboard  " + cluster.dashboard());
      screen.println();
      StreamRun run = new StreamRun(settings, tokenizer, kafka, plan, out, tuning);
      try (MetricsFile metrics = MetricsFile.resume(out.metrics());
          Display display = display(screen)) {
        end = run.run(cluster, checkpoint, display, metrics, interruption);
      }
    } catch (NonfiniteException e) {
      throw new NonfiniteException(
          e.getMessage() + "; to go past it: " + resuming("--on-nonfinite skip "));
    } catch (RepeatedFailureException e) {
      throw mendable(e.getMessage(), options);
    } catch (AuthorizationException e) {
      // Whoever follows the reports is refused by himself, while the job may go on.
      throw mendable(StreamRun.rights(settings, kafka).missing().orElse(e.getMessage()), options);
    }
    if (end.isEmpty()) {
      screen.println("Stopped; the last checkpoint is kept. Go on with:");
      screen.println("  " + resuming(options.tuning().laneTimeout().again()));
      return 0;
    }
    out.keep(settings.asFinished(end.get().bytes().codeLength()), tokenizer);
    OutDirectory.delete(out.checkpoints());
    new Results(settings, out).show(end.get(), screen, options.json());
    return 0;
  }

  private RepeatedFailureException mendable(String failure, OutputOptions options) {
    return new RepeatedFailureException(
        failure + "; once that is mended: " + resuming(options.tuning().laneTimeout().again()));
  }

  private String resuming(String option) {
    String command = settings.produces() ? "run" : "train --bootstrap " + kafka.bootstrap();
    return "./flink-lm " + command + " --resume " + option + "--out " + out.path();
  }

  private Display display(PrintStream screen) {
    return Display.on(
        screen,
        settings.epochs() == 0 ? OptionalInt.empty() : OptionalInt.of(settings.epochs()),
        settings.steps() == 0 ? OptionalLong.empty() : OptionalLong.of(settings.steps()),
        Terminal.shows(Terminal.OUT));
  }

  private String batch() {
    ModelSettings model = settings.model();
    Replication replication = model.replication();
    return "%d %s x %d tokens%s"
        .formatted(
            model.laneCount(),
            settings.streams() == null ? "lanes" : "streams",
            model.bptt(),
            replication.isShared()
                ? ", shared out among %d replicas in rounds of %d steps"
                    .formatted(replication.count(), replication.round())
                : "");
  }

  private String model() {
    ModelSettings model = settings.model();
    return "%s, hidden %d, layers %d, %d tokens in the vocabulary, seed %d"
        .formatted(model.name(), model.hidden(), model.layers(), tokenizer.size(), model.seed());
  }
}
