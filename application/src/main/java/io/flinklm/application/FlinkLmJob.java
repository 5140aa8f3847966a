package io.flinklm.application;

import io.flinklm.UserMistake;
import io.flinklm.application.options.GroupOption;
import io.flinklm.application.options.KafkaOptions;
import io.flinklm.application.options.ModelOptions;
import io.flinklm.application.options.RecordFormatOptions;
import io.flinklm.application.options.StreamsOptions;
import io.flinklm.application.options.TuningOptions;
import io.flinklm.application.settings.JobTuning;
import io.flinklm.application.settings.KafkaJob;
import io.flinklm.job.models.ModelDirectory;
import io.flinklm.job.train.TrainingHeap;
import io.flinklm.text.TokenCounts;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.RequiredTopics;
import io.flinklm.topics.admin.TopicRights;
import io.flinklm.train.Fit;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The job as a cluster starts it: Flink's application mode, where the cluster exists for this one
 * job, or {@code flink run}. It trains without end on the topic text, from the first record there
 * is. What runs it, where it keeps checkpoints and how it restarts is Flink's own configuration.
 *
 * <p>All that it makes of its arguments is the same at every start, so that a job that is started
 * again goes on from its checkpoints as the same job.
 */
@Command(
    name = "flink-lm-job",
    description = "Train on the topic text without end and answer prompts, on a Flink cluster.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class FlinkLmJob {
  private static final Logger LOG = LoggerFactory.getLogger(FlinkLmJob.class);

  @Mixin private ModelOptions options;
  @Mixin private KafkaOptions where;
  @Mixin private GroupOption group;
  @Mixin private RecordFormatOptions records;

  @Option(
      names = "--out",
      paramLabel = "URI",
      required = true,
      description =
          "Where models go, under models/, and steps that gave NaN or infinity, under nonfinite/: a"
              + " directory that every TaskManager reaches, on any file system that Flink knows.")
  private String out;

  @Mixin private TuningOptions tuning;

  @Option(
      names = "--go-on",
      description =
          "Start from the newest complete checkpoint in Flink's execution.checkpointing.dir, if"
              + " there is one: for a JobManager that comes back without high availability.")
  private boolean goOn;

  private FlinkLmJob() {}

  /**
   * Builds the job and runs it.
   *
   * @throws UserMistake if the arguments are wrong, or Kafka or its topics are not there
   */
  public static void main(String[] arguments) throws Exception {
    try {
      FlinkLmJob job = read(arguments);
      job.runOn(StreamExecutionEnvironment.getExecutionEnvironment());
    } catch (UserMistake e) {
      // Flink logs what a main method throws with its stack; the reason alone comes first.
      LOG.error("flink-lm: {}", e.getMessage());
      throw e;
    }
  }

  /**
   * Reads the arguments and runs nothing: whoever writes them down for a cluster can ask whether
   * they are right.
   *
   * @throws UserMistake if they are wrong
   */
  public static FlinkLmJob read(String... arguments) {
    FlinkLmJob job = new FlinkLmJob();
    try {
      new CommandLine(job).parseArgs(arguments);
    } catch (ParameterException e) {
      throw new UserMistake(e.getMessage(), e);
    }
    job.records.format();
    job.records.requireFit(job.options.streams().isPresent());
    job.options.settings(job.options.fit(job.options.tokenizer().kind())).requireSchedule(0);
    job.options.tokenizer().requireGiven();
    return job;
  }

  private void runOn(StreamExecutionEnvironment environment) throws Exception {
    tuning.requireValid();
    TokenizerChoice choice = options.tokenizer().choice();
    Fit fit = options.fit(choice.kind());
    if (options.streams().isPresent()) {
      StreamsOptions.requireFit(tuning);
      options.tokenizer().requireGivenForStreams();
    }
    // Of bytes there is nothing to learn, and all others are given.
    Tokenizer tokenizer = choice.learned(new TokenCounts());
    requireHeap(fit, tokenizer);
    KafkaAddress kafka = group.on(where.address());
    boolean replicas = options.settings(fit).replication().isShared();
    new RequiredTopics(kafka).await(tuning.alerts().isPresent(), replicas);
    TopicRights.ofJob(kafka, tuning.scores())
        .withAlerts(tuning.alerts().isPresent())
        .withReplicas(replicas)
        .requireAll();
    if (goOn) {
      newestCheckpoint(environment.getConfiguration())
          .ifPresent(checkpoint -> startFrom(checkpoint, environment));
    }
    Optional<String> from =
        environment.getConfiguration().getOptional(StateRecoveryOptions.SAVEPOINT_PATH);
    if (from.isPresent()) {
      KeptJob.of(new Path(from.get())).requireFor(options.streams(), replicas);
    }
    addTo(environment, kafka, fit, tokenizer);
    environment.execute("flink-lm " + options.name());
  }

  // Before Kafka is waited for; a TaskManager looks at its own heap, but says so only in its log.
  private void requireHeap(Fit fit, Tokenizer tokenizer) {
    TrainingHeap.Work work =
        options.startsFromModel() ? TrainingHeap.Work.START_FROM_MODEL : TrainingHeap.Work.START;
    TrainingHeap.of(work, options.settings(fit).net(tokenizer.size()))
        .requireHere("give the JobManager more memory (jobmanager.memory.process.size)");
  }

  private void addTo(
      StreamExecutionEnvironment environment, KafkaAddress kafka, Fit fit, Tokenizer tokenizer)
      throws Exception {
    // A checkpoint knows better which prompts are answered; nobody waits for what came before.
    Map<Integer, Long> prompts = new RequiredTopics(kafka).end(TopicNames.PROMPTS);
    JobTuning tuned =
        tuning
            .tuning(environment.getParallelism(), prompts)
            .withStreams(options.streams())
            .withTrainParallelism(options.trainParallelism())
            .withReplicasFrom(endOfReplicas(kafka, fit));
    KafkaJob job =
        new KafkaJob(
            options.settings(fit),
            0,
            tokenizer,
            options.initial(fit, tokenizer),
            kafka,
            new ModelDirectory(new Path(out, "models").toString(), tuned.keep()),
            new Path(out, "nonfinite").toString(),
            tuned,
            Optional.empty());
    job.trainingOn(job.topics().readBy(records.format()).textFrom(Map.of(), tuned.onLostText()))
        .addTo(environment);
    LOG.info("training {} on the text at {}, models go to {}", options.name(), kafka, out);
  }

  // Nothing that replicas told each other before the job was started is needed.
  private Map<Integer, Long> endOfReplicas(KafkaAddress kafka, Fit fit) throws Exception {
    return options.settings(fit).replication().isShared()
        ? new RequiredTopics(kafka).end(TopicNames.REPLICAS)
        : Map.of();
  }

  /**
   * The checkpoint to go on from.
   *
   * @throws UserMistake if it is not clear which one is meant
   */
  static Optional<Path> newestCheckpoint(ReadableConfig configuration) throws IOException {
    Optional<String> given = configuration.getOptional(StateRecoveryOptions.SAVEPOINT_PATH);
    if (given.isPresent()) {
      throw new UserMistake(
          "the job is to start from "
              + given.get()
              + ", and with --go-on from its own newest"
              + " checkpoint; leave one of them out");
    }
    String checkpoints =
        configuration
            .getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY)
            .orElseThrow(
                () ->
                    new UserMistake(
                        "--go-on looks for checkpoints in Flink's "
                            + CheckpointingOptions.CHECKPOINTS_DIRECTORY.key()
                            + ", which is not set"));
    return NewestCheckpoint.in(new Path(checkpoints));
  }

  private static void startFrom(Path checkpoint, StreamExecutionEnvironment environment) {
    LOG.info("going on from {}", checkpoint);
    environment.configure(
        new Configuration()
            .set(StateRecoveryOptions.SAVEPOINT_PATH, checkpoint.toString())
            .set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM));
  }
}
