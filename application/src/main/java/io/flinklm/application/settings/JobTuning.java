package io.flinklm.application.settings;

import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.kafka.OnLostText;
import io.flinklm.job.train.JobOptions;
import io.flinklm.job.train.StreamOptions;
import java.util.Map;
import java.util.Optional;

/**
 * How a run's job is to behave, as a person asks for it; may be another at each resume.
 *
 * @param options of the job, but for what the model and the place of its results say
 * @param onLostText what is done where Kafka has deleted text before it was read
 * @param keep how many models stay on disk; 0 for all
 * @param serving how prompts are answered; empty for a job that only trains
 * @param heardFrom offsets from which replicas hear each other, by partition of their topic: behind
 *     what was told before the job was started; empty for a job of one
 */
public record JobTuning(
    JobOptions options,
    OnLostText onLostText,
    int keep,
    Optional<ServingTuning> serving,
    Map<Integer, Long> heardFrom) {
  private static final int KEEP = 10;

  /** The defaults of a job that only trains. */
  public static final JobTuning DEFAULT =
      new JobTuning(
          JobOptions.of(DeviceChoice.AUTO, "nonfinite"), OnLostText.STOP, KEEP, Optional.empty());

  /** Of a job of one replica. */
  public JobTuning(
      JobOptions options, OnLostText onLostText, int keep, Optional<ServingTuning> serving) {
    this(options, onLostText, keep, serving, Map.of());
  }

  /** The same for a job that answers prompts. */
  public JobTuning withServing(ServingTuning other) {
    return new JobTuning(options, onLostText, keep, Optional.of(other), heardFrom);
  }

  /** The same with other options of the job. */
  public JobTuning with(JobOptions other) {
    return new JobTuning(other, onLostText, keep, serving, heardFrom);
  }

  /**
   * The same with or without scores of records.
   *
   * @param alerts deviations that make a score an alert; empty for none
   */
  public JobTuning withScores(boolean wanted, Optional<Double> alerts) {
    return with(options.withScores(wanted).withAlerts(alerts));
  }

  /** The same where so many subtasks train, of a job of several replicas. */
  public JobTuning withTrainParallelism(int subtasks) {
    return with(options.withTrainParallelism(subtasks));
  }

  /** The same whose replicas hear each other from these offsets on, by partition. */
  public JobTuning withReplicasFrom(Map<Integer, Long> offsets) {
    return new JobTuning(options, onLostText, keep, serving, Map.copyOf(offsets));
  }

  /** The same on streams; empty for lanes. */
  public JobTuning withStreams(Optional<StreamOptions> wanted) {
    return with(options.withStreams(wanted));
  }

  /** The same where all new text is evaluated before it is trained on, or one step in 50. */
  public JobTuning withTestsOfAll(boolean wanted) {
    return with(options.withTestsOfAll(wanted));
  }
}
