package io.flinklm.cli.run;

import io.flinklm.Blob.RefusedException;
import io.flinklm.UserMistake;
import io.flinklm.application.KeptJob;
import io.flinklm.application.settings.JobTuning;
import io.flinklm.application.settings.KafkaJob;
import io.flinklm.cli.screen.Display;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.job.TrainingJob;
import io.flinklm.job.kafka.LostTextException;
import io.flinklm.job.kafka.MissingRightException;
import io.flinklm.job.kafka.Topics;
import io.flinklm.job.models.Lineage;
import io.flinklm.local.flink.Cluster;
import io.flinklm.local.flink.FlinkRest;
import io.flinklm.local.flink.RepeatedFailureException;
import io.flinklm.local.flink.Restarts;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.local.flink.Stalls;
import io.flinklm.net.WrongArithmeticException;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.Publication;
import io.flinklm.text.Tokenizer;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.OpenTransactions;
import io.flinklm.topics.admin.TopicRights;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.train.NonfiniteException;
import io.flinklm.train.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;

/**
 * Training through the stream, from the first record to the last report: starts the job on a
 * cluster, publishes the text if there is any to publish, and follows the reports until the end or
 * until a person wishes to stop.
 *
 * @param settings of the run
 * @param tokenizer of its text
 * @param kafka where the topics are
 * @param plan what to publish; empty where others do
 * @param out where results go
 * @param tuning of the job
 */
public record StreamRun(
    RunSettings settings,
    Tokenizer tokenizer,
    KafkaAddress kafka,
    Optional<LanePlan> plan,
    OutDirectory out,
    JobTuning tuning) {
  // Some minutes of quick steps.
  private static final long PAST_REPORTS = 20_000;

  /** How a run ended: with its last report, or empty if a person stopped it. */
  Optional<Report.RunEnd> run(
      Cluster cluster,
      Optional<Path> checkpoint,
      Display display,
      MetricsFile metrics,
      Interruption interruption)
      throws Exception {
    if (checkpoint.isPresent()) {
      addMissed(metrics);
    }
    Optional<Report.RunEnd> ended = checkpoint.isPresent() ? out.end() : Optional.empty();
    if (ended.isPresent()) {
      // Killed after its end: a checkpoint from then has nothing left to report.
      if (!out.models().have(ended.get())) {
        end(start(cluster, checkpoint), ended.get());
      }
      out.models().keepNewest();
      return ended;
    }
    try (MetricsFollower follower = MetricsFollower.fromNowOn(kafka).of(settings.lineage())) {
      RunningJob job = start(cluster, checkpoint);
      try (FlinkRest rest = new FlinkRest(cluster.dashboard());
          Publication publication =
              plan.isPresent() ? Publication.start(kafka, plan.get()) : null) {
        Restarts restarts =
            new Restarts(
                rest,
                job.id(),
                display::say,
                cluster::replaceTaskManager,
                rights(settings, kafka)::missing,
                out::room);
        Stalls stalls =
            new Stalls(
                rest,
                job.id(),
                tuning.options().stallWarning(),
                () -> new OpenTransactions(kafka).inWords(),
                display::say);
        Refusals refusals = new Refusals(rest, job.id(), settings.model(), display);
        Troubles troubles = new Troubles(restarts, stalls, refusals);
        return follow(job, troubles, follower, publication, display, metrics, interruption);
      }
    }
  }

  /** What a run needs of its topics. */
  public static TopicRights rights(RunSettings settings, KafkaAddress kafka) {
    return TopicRights.ofRun(kafka, settings.scores(), settings.produces())
        .withAlerts(settings.alerts() != null)
        .withReplicas(settings.hasReplicas());
  }

  // Of a run that was killed Kafka may have reports that are not in its file, and that lie before
  // its last checkpoint: no job makes them again.
  private void addMissed(MetricsFile metrics) {
    try (MetricsFollower past =
        MetricsFollower.withPast(kafka, PAST_REPORTS).of(settings.lineage())) {
      List<Report> reports = past.rest();
      Optional<Report> last = MetricsFile.last(out.metrics());
      int known = last.map(reports::lastIndexOf).orElse(-1);
      if (known >= 0 || last.isEmpty()) {
        reports.subList(known + 1, reports.size()).forEach(metrics::write);
      }
    }
  }

  /** Starts the job alone. */
  public RunningJob start(Cluster cluster, Optional<Path> checkpoint) throws Exception {
    if (checkpoint.isPresent()) {
      KeptJob.of(new org.apache.flink.core.fs.Path(checkpoint.get().toString()))
          .requireFor(tuning.options().streams(), settings.hasReplicas());
    }
    StreamExecutionEnvironment environment = cluster.environment(checkpoint);
    job(settings.hasReplicas() ? tuning.withReplicasFrom(endOfReplicas()) : tuning)
        .addTo(environment);
    return cluster.submit(environment, "flink-lm " + settings.model().name());
  }

  // Nothing that replicas told each other before the job was started is needed.
  private Map<Integer, Long> endOfReplicas() throws Exception {
    TopicSetup topics = new TopicSetup(kafka);
    topics.createReplicas();
    return topics.end(TopicNames.REPLICAS);
  }

  private TrainingJob job(JobTuning tuned) {
    KafkaJob job =
        new KafkaJob(
            settings.model(),
            settings.steps(),
            tokenizer,
            out.initialModel(settings.model(), tokenizer),
            kafka,
            out.models().ofJob(tuned.keep()),
            out.nonfinite().toString(),
            tuned,
            Optional.of(new Lineage(settings.lineage())));
    Topics topics = job.topics().readBy(settings.format());
    return job.trainingOn(
        settings.end() == null
            ? topics.textFrom(settings.start(), tuning.onLostText())
            : topics.textBetween(settings.start(), settings.end(), tuning.onLostText()));
  }

  private Optional<Report.RunEnd> follow(
      RunningJob job,
      Troubles troubles,
      MetricsFollower follower,
      Publication publication,
      Display display,
      MetricsFile metrics,
      Interruption interruption)
      throws Exception {
    CompletableFuture<Void> stop = null;
    boolean warned = false;
    boolean noRoom = false;
    while (true) {
      boolean over = job.isOver();
      boolean stopped = stop != null && stop.isDone();
      for (Report report : over || stopped ? follower.rest() : follower.next()) {
        metrics.write(report);
        display.show(report);
        troubles.reported(report);
        if (publication != null) {
          publication.follow(report);
        }
        if (report instanceof Report.RunEnd end) {
          end(job, end);
          out.models().keepNewest();
          return Optional.of(end);
        }
      }
      if (metrics.trouble().isPresent() && !noRoom) {
        display.say("There is no room: " + metrics.trouble().get());
      }
      noRoom = metrics.trouble().isPresent();
      if (!warned && follower.another().isPresent()) {
        display.say(sharing(follower.another().get()));
        warned = true;
      }
      if (publication != null) {
        publication.requireHealthy();
      }
      if (stopped) {
        stop.get();
        out.models().keepNewest();
        return Optional.empty();
      }
      if (over && stop == null) {
        throw failed(job.failure().orElse(null));
      }
      Optional<RepeatedFailureException> repeated =
          stop == null ? troubles.look() : Optional.empty();
      if (repeated.isPresent()) {
        job.cancel();
        throw repeated.get();
      }
      // Meanwhile the reports of what is still trained up to the checkpoint are followed.
      if (interruption.isWished() && stop == null) {
        stop = CompletableFuture.runAsync(job::stop);
      }
    }
  }

  private String sharing(Report another) {
    return "Another training ("
        + (another.lineage() == null ? "without a lineage" : another.lineage())
        + ") reports to the topic "
        + kafka.named(TopicNames.METRICS)
        + " too; its reports are left out here. Give one of the two topics of its own with"
        + " --topic-prefix";
  }

  /**
   * Ends a job whose last report has come, once its last model is there. One that answers prompts
   * does not end by itself, since more may come; neither does one of replicas, which hear each
   * other.
   */
  public void end(RunningJob job, Report.RunEnd end) throws Exception {
    if (tuning.serving().isEmpty() && !settings.hasReplicas()) {
      job.finish();
      return;
    }
    job.endOnce(() -> out.models().have(end));
    if (!out.models().have(end)) {
      throw failed(job.failure().orElse(null));
    }
  }

  private RuntimeException failed(Throwable failure) {
    Optional<NonfiniteException> nonfinite =
        ExceptionUtils.findThrowable(failure, NonfiniteException.class);
    if (nonfinite.isPresent()) {
      return nonfinite.get();
    }
    Optional<WrongArithmeticException> wrong =
        ExceptionUtils.findThrowable(failure, WrongArithmeticException.class);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    Optional<MissingRightException> right =
        ExceptionUtils.findThrowable(failure, MissingRightException.class);
    if (right.isPresent()) {
      return new RepeatedFailureException(
          "the job failed, and would again: " + right.get().getMessage());
    }
    Optional<LostTextException> lost =
        ExceptionUtils.findThrowable(failure, LostTextException.class);
    if (lost.isPresent()) {
      return new UserMistake(
          "the run in " + out.path() + " cannot go on: " + lost.get().getMessage(), failure);
    }
    Optional<RefusedException> refused =
        ExceptionUtils.findThrowable(failure, RefusedException.class);
    return refused.isPresent()
        ? new UserMistake(
            "the run in "
                + out.path()
                + " cannot go on from its checkpoint: "
                + refused.get().getMessage()
                + "; it needs the checkpoint, run.json and "
                + tokenizer.kind().file()
                + " as it left them",
            failure)
        : new IllegalStateException("the job ended before its last report", failure);
  }
}
