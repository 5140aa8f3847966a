package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.application.settings.JobTuning;
import io.flinklm.application.settings.ModelOnDisk;
import io.flinklm.application.settings.ServingTuning;
import io.flinklm.job.kafka.OnLostText;
import io.flinklm.job.models.PinnedModel;
import io.flinklm.job.predict.AnswerLimits;
import io.flinklm.job.train.Served;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that has a job: what leaves it, when, and who answers prompts. */
public final class TuningOptions {
  @Mixin private LaneTimeoutOption laneTimeout;

  @Option(
      names = "--stall-warning",
      paramLabel = "DURATION",
      defaultValue = "1m",
      converter = DurationConverter.class,
      description =
          "Say what training waits for once it has stood for so long while text waits, 30s or 10m"
              + " (default: ${DEFAULT-VALUE}).")
  private Duration stallWarning;

  @Option(
      names = "--on-lost-text",
      paramLabel = "stop|hole",
      defaultValue = "stop",
      description =
          "Where Kafka has deleted text before it was read: stop, or go on with the first text that"
              + " is there, behind a hole in each lane of that partition (default:"
              + " ${DEFAULT-VALUE}).")
  private String onLostText;

  @Option(
      names = "--publish-every",
      paramLabel = "STEPS",
      defaultValue = "50",
      description = "Steps between the weights that answer prompts (default: ${DEFAULT-VALUE}).")
  private int publishSteps;

  @Option(
      names = "--export-every",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "Least seconds between the models in DIR/models, each of a complete checkpoint"
              + " (default: ${DEFAULT-VALUE}).")
  private int exportSeconds;

  @Option(
      names = "--keep",
      paramLabel = "MODELS",
      defaultValue = "10",
      description =
          "How many of the newest models of this training stay; 0 for all"
              + " (default: ${DEFAULT-VALUE}).")
  private int keep;

  @Option(
      names = "--scores",
      description =
          "Write to the topic scores how little the model expected each record, before it was"
              + " trained on it. A run that is resumed goes on with it unsaid.")
  private boolean scores;

  @Option(
      names = "--alerts",
      paramLabel = "DEVIATIONS",
      description =
          "With --scores: write to the topic alerts, too, the scores that are so many deviations or"
              + " more above what is usual for their lane or stream; 5 is a good number. A run that"
              + " is resumed goes on with it unsaid.")
  private Double alerts;

  @Option(
      names = "--prequential",
      description =
          "Evaluate all new text before it is trained on, and not one step in 50, and say how many"
              + " bytes an ideal coder would need for it. A run that is resumed goes on with it"
              + " unsaid.")
  private boolean prequential;

  @Option(
      names = "--predict-parallelism",
      description = "Parallelism of the answers to prompts (default: that of the job).")
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
      names = "--most-sessions",
      paramLabel = "SESSIONS",
      defaultValue = "10000",
      description =
          "How many sessions of prompts each subtask that answers remembers; beyond it, those used"
              + " least recently are forgotten (default: ${DEFAULT-VALUE}).")
  private int mostSessions;

  @Option(
      names = "--prompt-budget",
      paramLabel = "TOKENS",
      defaultValue = "10000",
      description =
          "Tokens a second that each subtask that answers reads and writes on average; prompts"
              + " beyond it wait (default: ${DEFAULT-VALUE}).")
  private int promptBudget;

  @Option(
      names = "--serve-from",
      paramLabel = "DIR",
      description =
          "Answer prompts with the model in DIR instead of the one that is trained: its files, or"
              + " an --out directory.")
  private Path serveFrom;

  @Option(
      names = "--serve",
      paramLabel = "WEIGHTS",
      defaultValue = "latest",
      description =
          "Which weights of the training answer prompts: latest, the newest of --publish-every, or"
              + " best, those that expected the validation text best (default: ${DEFAULT-VALUE}).")
  private String serve;

  // Null until it is known that all is valid.
  private Optional<PinnedModel> pinned;

  /**
   * Refuses values that are out of their range, and reads the model of {@code --serve-from}: a new
   * run clears its directory, and the model may lie there.
   *
   * @throws UserMistake if there are any, or that model is none
   */
  public void requireValid() {
    OptionRange.positive("--publish-every", publishSteps);
    OptionRange.zeroOrMore("--export-every", exportSeconds);
    OptionRange.zeroOrMore("--keep", keep);
    OptionRange.positive("--most-sessions", mostSessions);
    OptionRange.positive("--prompt-budget", promptBudget);
    requireAlertsOfScores();
    laneTimeout.duration();
    OnLostText.of(onLostText);
    if (served() == Served.BEST && serveFrom != null) {
      throw new UserMistake(
          "--serve best answers with weights of the training, and --serve-from with those in "
              + serveFrom
              + "; leave one of them out");
    }
    if (predictParallelism != null) {
      OptionRange.positive("--predict-parallelism", predictParallelism);
    }
    pinned = Optional.ofNullable(serveFrom).map(ModelOnDisk::read);
  }

  private void requireAlertsOfScores() {
    if (alerts == null) {
      return;
    }
    if (!scores) {
      throw new UserMistake("alerts are scores that are unusual: with --alerts give --scores too");
    }
    if (!(alerts > 0) || alerts.isInfinite()) {
      throw new UserMistake("--alerts must be a number of deviations above 0, not " + alerts);
    }
  }

  private Served served() {
    return switch (serve) {
      case "latest" -> Served.LATEST;
      case "best" -> Served.BEST;
      default -> throw new UserMistake("--serve is best or latest, not '" + serve + "'");
    };
  }

  /** How long a silent lane is waited for. */
  public LaneTimeoutOption laneTimeout() {
    return laneTimeout;
  }

  /** Whether it is said who is to answer: a model on disk, or the best weights. */
  public boolean saysWhoAnswers() {
    return serveFrom != null || served() == Served.BEST;
  }

  /** Whether records of text are to be scored. */
  public boolean scores() {
    return scores;
  }

  /** Deviations that make a score an alert; empty for none. */
  public Optional<Double> alerts() {
    return Optional.ofNullable(alerts);
  }

  /** Whether all new text is to be evaluated before it is trained on. */
  public boolean prequential() {
    return prequential;
  }

  /** Subtasks that answer prompts, in a job of a parallelism. */
  public int predictParallelism(int ofJob) {
    return predictParallelism == null ? ofJob : predictParallelism;
  }

  /**
   * How the job is to behave; to be called after {@link #requireValid}, which reads the model that
   * answers.
   *
   * @param parallelism of the job
   * @param prompts offset of the first prompt to answer, by partition
   * @throws IllegalStateException if they were not found valid before
   */
  public JobTuning tuning(int parallelism, Map<Integer, Long> prompts) {
    if (pinned == null) {
      throw new IllegalStateException("requireValid() comes before tuning()");
    }
    return new JobTuning(
        JobTuning.DEFAULT
            .options()
            .withLaneTimeout(laneTimeout.duration())
            .withStallWarning(stallWarning)
            .withOutput(publishSteps, Duration.ofSeconds(exportSeconds))
            .withScores(scores)
            .withAlerts(alerts())
            .withTestsOfAll(prequential)
            .withServed(served()),
        OnLostText.of(onLostText),
        keep,
        Optional.of(
            new ServingTuning(
                predictParallelism(parallelism),
                sessionTimeToLive,
                AnswerLimits.DEFAULT.with(promptBudget, mostSessions),
                pinned,
                prompts)));
  }
}
