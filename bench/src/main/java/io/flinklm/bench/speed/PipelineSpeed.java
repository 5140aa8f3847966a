package io.flinklm.bench.speed;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Contestant;
import io.flinklm.bench.measure.Timing;
import io.flinklm.cli.run.BackgroundTraining;
import io.flinklm.cli.run.RepeatedText;
import io.flinklm.cli.run.Reproduction;
import io.flinklm.train.Report;
import java.time.Duration;

/**
 * The whole pipeline as {@code run} has it: producer, Kafka, Flink, training, checkpoints, reports.
 * Each turn is a job of its own on a Kafka and a Flink that go on, since a job that waits for its
 * turn would take its checkpoints in the turns of others. What is measured begins when the producer
 * has come to the end of its lead, so that from then on it goes at the pace of the training, and
 * takes one or more whole intervals between checkpoints.
 */
public final class PipelineSpeed implements Contestant {
  private static final long PAUSE_MILLIS = 5;
  private static final int FIRST_STEPS = 3;
  private static final double MILLIS = 1e3;

  private final Reproduction stream;
  private final ModelSettings model;
  private final RepeatedText text;
  private final Duration interval;
  private final long lead;

  /**
   * A pipeline without a job.
   *
   * @param interval between checkpoints
   * @param lead most tokens that the producer is ahead of the training
   */
  public PipelineSpeed(
      Reproduction stream, ModelSettings model, RepeatedText text, Duration interval, long lead) {
    this.stream = stream;
    this.model = model;
    this.text = text;
    this.interval = interval;
    this.lead = lead;
  }

  @Override
  public Timing run(double seconds) throws Exception {
    stream.dropCheckpoints();
    try (BackgroundTraining training = stream.trainWithoutEnd(model, text, interval, lead)) {
      while (!training.producerHasItsLead() || training.newest().step() < FIRST_STEPS) {
        Thread.sleep(PAUSE_MILLIS);
      }
      return measure(training, seconds);
    }
  }

  private Timing measure(BackgroundTraining training, double seconds) throws InterruptedException {
    long intervals = (long) Math.ceil(seconds * MILLIS / interval.toMillis());
    Report before = training.newest();
    Thread.sleep(intervals * interval.toMillis());
    Report after = training.newest();
    while (after.step() == before.step()) {
      Thread.sleep(PAUSE_MILLIS);
      after = training.newest();
    }
    // Both times are those of the training itself, at the end of a batch.
    return new Timing(
        after.tokensTrained() - before.tokensTrained(), after.seconds() - before.seconds());
  }

  @Override
  public void close() {
    // Kafka and Flink are closed by whoever started them.
  }
}
