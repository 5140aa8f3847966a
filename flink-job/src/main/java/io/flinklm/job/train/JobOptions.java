package io.flinklm.job.train;

import io.flinklm.job.models.Lineage;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;

/**
 * How a job runs, beside what it trains: nothing here changes a bit of the weights, but for the
 * engine's threads, and the time-out of a lane, which changes what they are trained on.
 *
 * @param device {@code auto}, {@code cpu} or {@code gpu}
 * @param engineThreads of the training; their number decides the order of sums
 * @param nonfinite directory where steps are kept that gave NaN or infinity
 * @param laneTimeout how long a silent lane is waited for; null for without end
 * @param stallWarning how long text waits for a batch until it is said
 * @param publishEvery steps between weights that go to whoever answers prompts
 * @param exportEvery least time between weights that go to disk
 * @param scores whether records are scored, which takes one more forward pass of each batch
 * @param served which weights answer prompts
 * @param lineage of the training if it begins, and of its reports; null where the job draws it
 */
public record JobOptions(
    String device,
    int engineThreads,
    String nonfinite,
    Duration laneTimeout,
    Duration stallWarning,
    int publishEvery,
    Duration exportEvery,
    boolean scores,
    Served served,
    Lineage lineage)
    implements Serializable {

  /** Steps between published weights, unless another number is asked for. */
  public static final int PUBLISH_EVERY = 50;

  /** Time between exported weights, unless another is asked for. */
  public static final Duration EXPORT_EVERY = Duration.ofSeconds(60);

  /** Time until a stall is said, unless another is asked for. */
  public static final Duration STALL_WARNING = Duration.ofMinutes(1);

  /** The defaults: one engine thread, and lanes are waited for without end. */
  public static JobOptions of(String device, String nonfinite) {
    return new JobOptions(
        device,
        1,
        nonfinite,
        null,
        STALL_WARNING,
        PUBLISH_EVERY,
        EXPORT_EVERY,
        false,
        Served.LATEST,
        null);
  }

  /** The same with so many engine threads. */
  public JobOptions withEngineThreads(int threads) {
    return new JobOptions(
        device,
        threads,
        nonfinite,
        laneTimeout,
        stallWarning,
        publishEvery,
        exportEvery,
        scores,
        served,
        lineage);
  }

  /** The same with a time-out of lanes; empty for none. */
  public JobOptions withLaneTimeout(Optional<Duration> timeout) {
    return new JobOptions(
        device,
        engineThreads,
        nonfinite,
        timeout.orElse(null),
        stallWarning,
        publishEvery,
        exportEvery,
        scores,
        served,
        lineage);
  }

  /** The same with another time until a stall is said. */
  public JobOptions withStallWarning(Duration other) {
    return new JobOptions(
        device,
        engineThreads,
        nonfinite,
        laneTimeout,
        other,
        publishEvery,
        exportEvery,
        scores,
        served,
        lineage);
  }

  /** The same with other times at which weights leave the job. */
  public JobOptions withOutput(int stepsBetween, Duration timeBetween) {
    return new JobOptions(
        device,
        engineThreads,
        nonfinite,
        laneTimeout,
        stallWarning,
        stepsBetween,
        timeBetween,
        scores,
        served,
        lineage);
  }

  /** The same with or without scores of records. */
  public JobOptions withScores(boolean wanted) {
    return new JobOptions(
        device,
        engineThreads,
        nonfinite,
        laneTimeout,
        stallWarning,
        publishEvery,
        exportEvery,
        wanted,
        served,
        lineage);
  }

  /** The same where other weights answer prompts. */
  public JobOptions withServed(Served other) {
    return new JobOptions(
        device,
        engineThreads,
        nonfinite,
        laneTimeout,
        stallWarning,
        publishEvery,
        exportEvery,
        scores,
        other,
        lineage);
  }

  /** The same of a training whose lineage others know already, so that they can follow it. */
  public JobOptions withLineage(Lineage known) {
    return new JobOptions(
        device,
        engineThreads,
        nonfinite,
        laneTimeout,
        stallWarning,
        publishEvery,
        exportEvery,
        scores,
        served,
        known);
  }
}
