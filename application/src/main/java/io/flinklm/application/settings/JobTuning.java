package io.flinklm.application.settings;

import io.flinklm.job.kafka.OnLostText;
import io.flinklm.job.train.JobOptions;
import io.flinklm.job.train.Served;
import java.time.Duration;
import java.util.Optional;

/**
 * How a run's job is to behave, as a person asks for it; may be another at each resume.
 *
 * @param laneTimeout how long a silent lane is waited for; empty for without end
 * @param onLostText what is done where Kafka has deleted text before it was read
 * @param stallWarning how long text waits for a batch until it is said
 * @param publishEvery steps between weights that go to whoever answers prompts
 * @param exportEvery least time between weights that go to disk
 * @param keep how many models stay on disk; 0 for all
 * @param scores whether records of text are scored
 * @param served which weights answer prompts
 * @param serving how prompts are answered; empty for a job that only trains
 */
public record JobTuning(
    Optional<Duration> laneTimeout,
    OnLostText onLostText,
    Duration stallWarning,
    int publishEvery,
    Duration exportEvery,
    int keep,
    boolean scores,
    Served served,
    Optional<ServingTuning> serving) {
  static final int KEEP = 10;

  /** The defaults of a job that only trains. */
  public static final JobTuning DEFAULT =
      new JobTuning(
          Optional.empty(),
          OnLostText.STOP,
          JobOptions.STALL_WARNING,
          JobOptions.PUBLISH_EVERY,
          JobOptions.EXPORT_EVERY,
          KEEP,
          false,
          Served.LATEST,
          Optional.empty());

  /** The same for a job that answers prompts. */
  public JobTuning withServing(ServingTuning other) {
    return new JobTuning(
        laneTimeout,
        onLostText,
        stallWarning,
        publishEvery,
        exportEvery,
        keep,
        scores,
        served,
        Optional.of(other));
  }

  /** The same with or without scores of records. */
  public JobTuning withScores(boolean wanted) {
    return new JobTuning(
        laneTimeout,
        onLostText,
        stallWarning,
        publishEvery,
        exportEvery,
        keep,
        wanted,
        served,
        serving);
  }

  JobOptions options(ModelSettings model, String nonfinite) {
    return JobOptions.of(model.device(), nonfinite)
        .withEngineThreads(model.engineThreads())
        .withLaneTimeout(laneTimeout)
        .withStallWarning(stallWarning)
        .withOutput(publishEvery, exportEvery)
        .withServed(served);
  }
}
