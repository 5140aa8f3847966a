package io.flinklm.job.train;

import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.models.Lineage;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a job runs, beside what it trains: nothing here changes a bit of the weights, but for the
 * time-out of a lane, which changes what they are trained on. It does not change: each method that
 * sets something gives a copy.
 */
public final class JobOptions implements Serializable, Cloneable {
  private static final long serialVersionUID = 1;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private DeviceChoice device;
  private String nonfinite;
  private int engineThreads;
  private Duration laneTimeout;
  private Duration stallWarning = MINUTE;
  private int publishEvery = 50;
  private Duration exportEvery = MINUTE;
  private boolean scores;
  private Double alerts;
  private boolean testsAll;
  private Served served = Served.LATEST;
  private Lineage lineage;
  private StreamOptions streams;
  private int trainParallelism = 1;

  private JobOptions(DeviceChoice device, String nonfinite) {
    this.device = device;
    this.nonfinite = nonfinite;
  }

  /**
   * The defaults: as many engine threads as shards and cores, lanes are waited for without end,
   * weights are published after 50 steps and exported after a minute, and a stall is said after a
   * minute.
   */
  public static JobOptions of(DeviceChoice device, String nonfinite) {
    return new JobOptions(device, nonfinite);
  }

  private JobOptions with(Consumer<JobOptions> change) {
    try {
      JobOptions copy = (JobOptions) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("it is Cloneable", e);
    }
  }

  /** The same on another device, where steps that gave NaN or infinity are kept elsewhere. */
  public JobOptions at(DeviceChoice where, String nonfiniteSteps) {
    return with(
        copy -> {
          copy.device = where;
          copy.nonfinite = nonfiniteSteps;
        });
  }

  /** The same with so many engine threads; 0 for as many as shards, at most the cores. */
  public JobOptions withEngineThreads(int threads) {
    return with(copy -> copy.engineThreads = threads);
  }

  /** The same with a time-out of lanes; empty for none. */
  public JobOptions withLaneTimeout(Optional<Duration> timeout) {
    return with(copy -> copy.laneTimeout = timeout.orElse(null));
  }

  /** The same with another time until a stall is said. */
  public JobOptions withStallWarning(Duration other) {
    return with(copy -> copy.stallWarning = other);
  }

  /** The same with other times at which weights leave the job. */
  public JobOptions withOutput(int stepsBetween, Duration timeBetween) {
    return with(
        copy -> {
          copy.publishEvery = stepsBetween;
          copy.exportEvery = timeBetween;
        });
  }

  /** The same with or without scores of records. */
  public JobOptions withScores(boolean wanted) {
    return with(copy -> copy.scores = wanted);
  }

  /** The same where scores of so many deviations are alerts; empty for none. */
  public JobOptions withAlerts(Optional<Double> deviations) {
    return with(copy -> copy.alerts = deviations.orElse(null));
  }

  /** The same where all new text is evaluated before it is trained on, or one step in 50. */
  public JobOptions withTestsOfAll(boolean wanted) {
    return with(copy -> copy.testsAll = wanted);
  }

  /** The same where other weights answer prompts. */
  public JobOptions withServed(Served other) {
    return with(copy -> copy.served = other);
  }

  /** The same of a training whose lineage others know already, so that they can follow it. */
  public JobOptions withLineage(Lineage known) {
    return with(copy -> copy.lineage = known);
  }

  /** The same of a job that trains on streams; empty for one that does on lanes. */
  public JobOptions withStreams(Optional<StreamOptions> wanted) {
    return with(copy -> copy.streams = wanted.orElse(null));
  }

  /** The same where so many subtasks train, each of them one replica or more. */
  public JobOptions withTrainParallelism(int subtasks) {
    return with(copy -> copy.trainParallelism = subtasks);
  }

  /** The device that the job computes on. */
  public DeviceChoice device() {
    return device;
  }

  /** The directory where steps are kept that gave NaN or infinity. */
  public String nonfinite() {
    return nonfinite;
  }

  /** Threads that compute the shards of a batch side by side; 0 for as many as there are. */
  public int engineThreads() {
    return engineThreads;
  }

  /** How long a silent lane is waited for; empty for without end. */
  public Optional<Duration> laneTimeout() {
    return Optional.ofNullable(laneTimeout);
  }

  /** How long text waits for a batch until it is said. */
  public Duration stallWarning() {
    return stallWarning;
  }

  /** Steps between weights that go to whoever answers prompts. */
  int publishEvery() {
    return publishEvery;
  }

  /** Least time between weights that go to disk. */
  Duration exportEvery() {
    return exportEvery;
  }

  /** Whether records are scored, which takes one more forward pass of each batch. */
  public boolean scores() {
    return scores;
  }

  /** Deviations above what is usual for its lane or stream that make a score an alert. */
  public Optional<Double> alerts() {
    return Optional.ofNullable(alerts);
  }

  /** Whether all new text is evaluated before it is trained on, and not one step in 50. */
  public boolean testsAll() {
    return testsAll;
  }

  /** Which weights answer prompts. */
  Served served() {
    return served;
  }

  /** Lineage of the training if it begins, and of its reports; empty where the job draws it. */
  public Optional<Lineage> lineage() {
    return Optional.ofNullable(lineage);
  }

  /** How the job trains on streams; empty for one that trains on lanes. */
  public Optional<StreamOptions> streams() {
    return Optional.ofNullable(streams);
  }

  /** Subtasks that train; 1 where there is one replica. */
  public int trainParallelism() {
    return trainParallelism;
  }
}
