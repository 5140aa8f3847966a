package io.flinklm.cli.run;

import io.flinklm.application.settings.JobTuning;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.application.settings.ServingTuning;
import io.flinklm.cli.chart.Curve;
import io.flinklm.cli.screen.Display;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.cli.screen.Terminal;
import io.flinklm.job.models.PinnedModel;
import io.flinklm.job.predict.AnswerLimits;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.lane.Lanes;
import io.flinklm.local.flink.CheckpointStatistics;
import io.flinklm.local.flink.Cluster;
import io.flinklm.local.flink.FlinkRest;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.local.kafka.Broker;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.Publication;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenizedText;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.train.Fit;
import io.flinklm.train.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A Kafka and a Flink in this process, in which the chapter's models are trained on the human
 * numbers one after the other, each as {@code run} trains it.
 */
public final class Reproduction implements AutoCloseable {
  private static final int PARTITIONS = 4;
  private static final Duration CHECKPOINTS = Duration.ofSeconds(10);
  private static final Duration SESSIONS = Duration.ofHours(1);

  private final OutDirectory work;
  private final Corpus corpus = Corpus.humanNumbers();
  private final JobTuning tuning;
  private final Broker broker;
  private final Cluster cluster;
  private final KafkaAddress kafka;

  private Reproduction(OutDirectory work, Broker broker, Cluster cluster, int trainParallelism) {
    this.work = work;
    this.tuning = JobTuning.DEFAULT.withTrainParallelism(trainParallelism);
    this.broker = broker;
    this.cluster = cluster;
    this.kafka = KafkaAddress.of(broker.address());
  }

  /**
   * Starts Kafka and Flink.
   *
   * @param directory for what they write
   * @param port of the dashboard
   */
  public static Reproduction start(Path directory, int port) throws Exception {
    return start(directory, port, 1);
  }

  /**
   * The same for trainings of several replicas.
   *
   * @param trainParallelism subtasks that train
   */
  public static Reproduction start(Path directory, int port, int trainParallelism)
      throws Exception {
    OutDirectory work = OutDirectory.open(directory);
    // As run has it unless it is told otherwise: only the training is shared out.
    Cluster cluster =
        Cluster.start(port, work.checkpoints(), CHECKPOINTS, trainParallelism).withParallelism(1);
    try {
      Reproduction reproduction =
          new Reproduction(work, Broker.start(work.kafka(), 0), cluster, trainParallelism);
      new TopicSetup(reproduction.kafka).createAll(PARTITIONS, Map.of("retention.ms", "-1"));
      return reproduction;
    } catch (Exception | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** Where Kafka is. */
  public KafkaAddress kafka() {
    return kafka;
  }

  /** Where a browser finds the dashboard. */
  public String dashboard() {
    return cluster.dashboard();
  }

  /** What Flink says of the checkpoints of the job that was started last. */
  public CheckpointStatistics checkpointsOfNewestJob() throws Exception {
    try (FlinkRest rest = new FlinkRest(cluster.dashboard())) {
      return rest.checkpointsOfNewestJob();
    }
  }

  /** Trains a model for so many epochs; empty if a person stopped it. */
  public Optional<SeedResult> train(
      ModelSettings model, int epochs, PrintStream screen, Interruption interruption)
      throws Exception {
    return train(model, epochs, CHECKPOINTS, screen, interruption);
  }

  /** The same with another time between checkpoints. */
  public Optional<SeedResult> train(
      ModelSettings model,
      int epochs,
      Duration interval,
      PrintStream screen,
      Interruption interruption)
      throws Exception {
    Lanes lanes = Lanes.of(corpus.size(), model.laneCount(), model.windows());
    LanePlan plan = LanePlan.of(corpus, lanes, epochs);
    RunSettings settings =
        RunSettings.ofNumbers(model, lanes, epochs, PARTITIONS)
            .publishing(plan, new TopicSetup(kafka).textEnd());
    StreamRun run =
        new StreamRun(settings, corpus.tokenizer(), kafka, Optional.of(plan), work, tuning);
    Optional<Report.RunEnd> end;
    try (MetricsFile metrics = MetricsFile.create(work.metrics());
        Display display =
            Display.ofProgress(
                screen,
                model.name() + ", seed " + model.seed(),
                OptionalInt.of(epochs),
                OptionalLong.of(settings.steps()),
                Terminal.shows(Terminal.OUT))) {
      end =
          run.run(cluster.withInterval(interval), Optional.empty(), display, metrics, interruption);
    }
    Curve accuracies = Curve.validation(MetricsFile.read(work.metrics()), Report::accuracy);
    return end.map(
        report ->
            new SeedResult(
                model.name(),
                model.seed(),
                report.step(),
                report.accuracy(),
                report.loss(),
                report.seconds(),
                report.weightsSha256(),
                accuracies));
  }

  /** Starts to train a model until the training is closed; prompts are answered meanwhile. */
  public BackgroundTraining trainWithoutEnd(ModelSettings model) throws Exception {
    Lanes lanes = Lanes.of(corpus.size(), model.laneCount(), model.windows());
    return train(model, corpus, lanes, CHECKPOINTS, Publication.TOKENS_AHEAD);
  }

  /**
   * The same on another text, with another time between checkpoints.
   *
   * @param lead most tokens that the producer is ahead of the training
   */
  public BackgroundTraining trainWithoutEnd(
      ModelSettings model, RepeatedText text, Duration interval, long lead) throws Exception {
    return train(model, text.text(), text.lanes(), interval, lead);
  }

  private BackgroundTraining train(
      ModelSettings model, TokenizedText text, Lanes lanes, Duration interval, long lead)
      throws Exception {
    LanePlan plan = LanePlan.of(text, lanes, LanePlan.ENDLESS);
    RunSettings settings =
        RunSettings.ofNumbers(model, lanes, 0, PARTITIONS)
            .publishing(plan, new TopicSetup(kafka).textEnd());
    return BackgroundTraining.start(
        run(settings, text.tokenizer(), Optional.empty()),
        plan,
        lead,
        kafka,
        cluster.withInterval(interval));
  }

  /** A training on the streams of the topic text, from its first record on. */
  public StreamRun onStreams(ModelSettings model, StreamOptions streams) {
    Lanes lanes = Lanes.of(corpus.size(), model.laneCount(), model.bptt());
    return new StreamRun(
        RunSettings.ofNumbers(model, lanes, 0, PARTITIONS),
        corpus.tokenizer(),
        kafka,
        Optional.empty(),
        work,
        JobTuning.DEFAULT.withStreams(Optional.of(streams)));
  }

  /** Starts a training, or goes on with it from its newest checkpoint. */
  public RunningJob goOn(StreamRun training) throws Exception {
    return training.start(cluster, work.newestCheckpoint());
  }

  /** Starts to answer prompts with a model, beside a training that gets no text. */
  public RunningJob serve(PinnedModel model) throws Exception {
    ModelSettings idle = ModelSettings.ofChapter(Fit.of("lmmodel7"), 0);
    Lanes lanes = Lanes.of(corpus.size(), idle.laneCount(), idle.bptt());
    RunSettings settings =
        RunSettings.ofNumbers(idle, lanes, 0, PARTITIONS)
            .publishing(LanePlan.of(corpus, lanes, 0), new TopicSetup(kafka).textEnd());
    return run(settings, corpus.tokenizer(), Optional.of(model)).start(cluster, Optional.empty());
  }

  /** Deletes the checkpoints of jobs that are over; no job may run. */
  public void dropCheckpoints() throws IOException {
    OutDirectory.delete(work.checkpoints());
  }

  /** Where the model is that was trained last. */
  public Path newestModel() {
    return work.path();
  }

  private StreamRun run(RunSettings settings, Tokenizer tokenizer, Optional<PinnedModel> pinned)
      throws Exception {
    ServingTuning serving =
        new ServingTuning(
            1,
            SESSIONS,
            AnswerLimits.DEFAULT,
            pinned,
            new TopicSetup(kafka).end(TopicNames.PROMPTS));
    return new StreamRun(
        settings, tokenizer, kafka, Optional.empty(), work, tuning.withServing(serving));
  }

  @Override
  public void close() throws Exception {
    try (broker) {
      cluster.close();
    }
  }
}
