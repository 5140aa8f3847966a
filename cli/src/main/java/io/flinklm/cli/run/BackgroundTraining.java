package io.flinklm.cli.run;

import io.flinklm.local.flink.Cluster;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.Publication;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.train.Report;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A training through the stream without end, beside which something else is done. It must be
 * closed.
 */
public final class BackgroundTraining implements AutoCloseable {
  private static final long PAUSE_MILLIS = 5;

  private final RunningJob job;
  private final MetricsFollower follower;
  private final Publication publication;
  private final AtomicReference<Report> newest = new AtomicReference<>();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::follow, "training");
  private volatile boolean closed;

  private BackgroundTraining(RunningJob job, MetricsFollower follower, Publication publication) {
    this.job = job;
    this.follower = follower;
    this.publication = publication;
  }

  /**
   * Starts the job, publishes its text, and returns when the first batch is done.
   *
   * @param lead most tokens that the producer is ahead
   */
  static BackgroundTraining start(
      StreamRun run, LanePlan text, long lead, KafkaAddress kafka, Cluster cluster)
      throws Exception {
    MetricsFollower follower = MetricsFollower.fromNowOn(kafka).of(run.settings().lineage());
    RunningJob job = run.start(cluster, Optional.empty());
    BackgroundTraining training =
        new BackgroundTraining(job, follower, Publication.start(kafka, text, lead));
    training.thread.start();
    try {
      while (training.newest.get() == null) {
        training.requireRunning();
        Thread.sleep(PAUSE_MILLIS);
      }
      return training;
    } catch (Exception | Error e) {
      training.close();
      throw e;
    }
  }

  /** How far it is. */
  public Report newest() {
    requireRunning();
    return newest.get();
  }

  /** Whether the producer has once been as far ahead as it may. */
  public boolean producerHasItsLead() {
    requireRunning();
    return publication.hasItsLead();
  }

  private void requireRunning() {
    if (failure.get() != null) {
      throw new IllegalStateException("the training has ended", failure.get());
    }
  }

  private void follow() {
    try (follower) {
      while (!closed) {
        for (Report report : follower.next()) {
          publication.follow(report);
          newest.set(report);
        }
        publication.requireHealthy();
        if (job.isOver()) {
          throw new IllegalStateException("the job is over", job.failure().orElse(null));
        }
      }
    } catch (Exception e) {
      failure.set(e);
    }
  }

  @Override
  public void close() throws Exception {
    closed = true;
    thread.join();
    publication.close();
    job.cancel();
  }
}
