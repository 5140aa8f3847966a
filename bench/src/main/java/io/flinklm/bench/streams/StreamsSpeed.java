package io.flinklm.bench.streams;

import io.flinklm.bench.measure.Contestant;
import io.flinklm.bench.measure.Timing;
import io.flinklm.cli.run.Reproduction;
import io.flinklm.cli.run.StreamRun;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.train.Report;
import java.time.Duration;

/**
 * A training on many streams as {@code train} has it: Kafka, Flink, checkpoints, reports. Each turn
 * goes on from the checkpoint that the one before it left, and stops at one. What is measured
 * begins when the producer is as far ahead as it may be, and takes whole intervals between
 * checkpoints.
 */
final class StreamsSpeed implements Contestant {
  private static final int FIRST_STEPS = 50;
  private static final double MILLIS = 1e3;

  private final Reproduction stream;
  private final StreamRun training;
  private final StreamLoad load;
  private final Duration interval;
  private Report newest;

  /**
   * A training that has not begun.
   *
   * @param interval between checkpoints
   */
  StreamsSpeed(Reproduction stream, StreamRun training, StreamLoad load, Duration interval) {
    this.stream = stream;
    this.training = training;
    this.load = load;
    this.interval = interval;
  }

  /** What is done while the job runs. */
  @FunctionalInterface
  private interface Turn<T> {
    T with(RunningJob job, MetricsFollower follower) throws Exception;
  }

  /** Trains until so many tokens have been trained on, and says how many seconds it took. */
  double until(long tokens) throws Exception {
    double before = newest == null ? 0 : newest.seconds();
    return turn(
        (job, follower) -> {
          while (follow(job, follower).tokensTrained() < tokens) {
            // Each report is one more.
          }
          return newest.seconds() - before;
        });
  }

  @Override
  public Timing run(double seconds) throws Exception {
    return turn(
        (job, follower) -> {
          Report first = follow(job, follower);
          while (!load.isAhead() || newest.step() < first.step() + FIRST_STEPS) {
            follow(job, follower);
          }
          return measure(job, follower, seconds);
        });
  }

  private Timing measure(RunningJob job, MetricsFollower follower, double seconds)
      throws Exception {
    Report before = follow(job, follower);
    double whole = Math.ceil(seconds * MILLIS / interval.toMillis()) * interval.toMillis() / MILLIS;
    while (newest.seconds() < before.seconds() + whole) {
      follow(job, follower);
    }
    return new Timing(
        newest.tokensTrained() - before.tokensTrained(), newest.seconds() - before.seconds());
  }

  private <T> T turn(Turn<T> turn) throws Exception {
    try (MetricsFollower follower = MetricsFollower.fromNowOn(stream.kafka())) {
      RunningJob job = stream.goOn(training);
      load.goOn();
      T found = turn.with(job, follower);
      load.rest();
      job.stop();
      return found;
    }
  }

  // Waits for a report.
  private Report follow(RunningJob job, MetricsFollower follower) throws Exception {
    while (true) {
      for (Report report : follower.next()) {
        newest = report;
      }
      if (newest != null) {
        load.trained(newest.tokensTrained());
        return newest;
      }
      if (job.isOver()) {
        throw new IllegalStateException("the job is over", job.failure().orElse(null));
      }
    }
  }

  @Override
  public void close() {
    // Kafka and Flink are closed by whoever started them.
  }
}
