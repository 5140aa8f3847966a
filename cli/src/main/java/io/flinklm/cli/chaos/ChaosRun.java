package io.flinklm.cli.chaos;

import io.flinklm.cli.chaos.ChaosEvent.Moment;
import io.flinklm.cli.chaos.ChaosEvent.Victim;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.topics.client.MetricsFollower;
import io.flinklm.train.Report;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.flink.core.execution.CheckpointType;

/**
 * A job that is followed to its end while parts of it are killed. Every report is compared with
 * that of the undisturbed run.
 */
final class ChaosRun {
  private static final long PATIENCE_NANOS = 120_000_000_000L;
  private static final double NANOS = 1e9;
  // A killed process may still have reports on their way to Kafka.
  private static final long LAST_REPORTS_MILLIS = 150;
  private static final int CHECKPOINT_MILLIS = 25;

  private final RunningJob job;
  private final MetricsFollower follower;
  private final ChaosCluster cluster;
  private final Random random;
  private final TextPortions text;
  private final Comparison comparison;

  /**
   * A run that has started.
   *
   * @param text of which the first portion is published; one more follows each event
   * @param comparison with a run that nobody disturbed
   */
  ChaosRun(
      RunningJob job,
      MetricsFollower follower,
      ChaosCluster cluster,
      TextPortions text,
      Comparison comparison,
      Random random) {
    this.job = job;
    this.follower = follower;
    this.cluster = cluster;
    this.random = random;
    this.text = text;
    this.comparison = comparison;
  }

  /**
   * Lets all events happen and follows the run to its last report.
   *
   * @param told of each recovery
   * @return what is not as it should be; nothing if all is well
   */
  List<String> follow(List<ChaosEvent> events, Consumer<Recovery> told) throws Exception {
    Iterator<ChaosEvent> next = events.iterator();
    ChaosEvent event = next.hasNext() ? next.next() : null;
    while (!comparison.isAtEnd()) {
      take(follower.next());
      boolean due = event != null && comparison.step() > 0;
      if (due
          && (event.moment() == Moment.RESTORE
              || comparison.step() >= event.share() * comparison.steps())) {
        told.accept(kill(event));
        event = next.hasNext() ? next.next() : null;
      }
      if (!comparison.isAtEnd() && job.isOver()) {
        take(follower.rest());
        if (!comparison.isAtEnd()) {
          throw new IllegalStateException("the job ended too early", job.failure().orElse(null));
        }
      }
    }
    List<String> differences = comparison.differences();
    if (event != null) {
      differences.add("the run came to its end before the last kill");
    }
    return differences;
  }

  private Recovery kill(ChaosEvent event) throws Exception {
    if (event.moment() == Moment.CHECKPOINT) {
      var unused = job.client().triggerCheckpoint(job.id(), CheckpointType.FULL);
      Thread.sleep(random.nextInt(CHECKPOINT_MILLIS));
    }
    long killed;
    if (event.victim() == Victim.BROKER) {
      killed = System.nanoTime();
      cluster.kafka().killAndStart();
    } else {
      List<String> ids = cluster.taskManagersOf(job);
      String id = ids.get(random.nextInt(ids.size()));
      if (event.moment() == ChaosEvent.Moment.ROUND) {
        awaitTold();
      }
      killed = System.nanoTime();
      cluster.flink().killTaskManager(id);
      cluster.flink().startTaskManager();
      Thread.sleep(LAST_REPORTS_MILLIS);
      take(follower.rest());
    }
    // There is more to do, even if all that was published before had been trained on.
    text.publishNext();
    long before = comparison.step();
    long first = nextStep(killed);
    double seconds = (System.nanoTime() - killed) / NANOS;
    long redone = Math.max(0, before - first + 1);
    return new Recovery(event.victim(), event.moment(), before, redone, seconds);
  }

  // The first of them has told its weights, and the last of them perhaps has not.
  private void awaitTold() throws Exception {
    TopicSetup topics = new TopicSetup(cluster.kafka().address());
    Map<Integer, Long> before = topics.end(TopicNames.REPLICAS);
    long since = System.nanoTime();
    while (topics.end(TopicNames.REPLICAS).equals(before)) {
      take(follower.next());
      if (System.nanoTime() - since > PATIENCE_NANOS) {
        throw new IllegalStateException("no replica has told its weights for two minutes");
      }
    }
  }

  private long nextStep(long since) throws InterruptedException {
    while (System.nanoTime() - since < PATIENCE_NANOS) {
      List<Report> reports = follower.next();
      if (!reports.isEmpty()) {
        take(reports);
        return reports.get(0).step();
      }
    }
    throw new IllegalStateException("no step came for two minutes after step " + comparison.step());
  }

  private void take(List<Report> reports) {
    reports.forEach(comparison::add);
  }
}
