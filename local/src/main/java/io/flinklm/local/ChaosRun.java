package io.flinklm.local;

import io.flinklm.local.ChaosEvent.Moment;
import io.flinklm.local.ChaosEvent.Victim;
import io.flinklm.train.Report;
import java.util.ArrayList;
import java.util.HashMap;
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
  private final Map<String, Report> expected = new HashMap<>();
  private final List<Recovery> recoveries = new ArrayList<>();
  private final long steps;
  private long step;
  private Report end;
  private int others;

  /**
   * A run that has started.
   *
   * @param undisturbed all reports of the run that nobody disturbed
   */
  ChaosRun(
      RunningJob job,
      MetricsFollower follower,
      ChaosCluster cluster,
      List<Report> undisturbed,
      Random random) {
    this.job = job;
    this.follower = follower;
    this.cluster = cluster;
    this.random = random;
    this.steps = undisturbed.get(undisturbed.size() - 1).step();
    undisturbed.forEach(report -> expected.put(place(report), report.withoutTime()));
  }

  /**
   * Lets all events happen and follows the run to its end.
   *
   * @param told of each recovery
   * @return what differs from the undisturbed run, nothing if all is well
   */
  List<String> follow(List<ChaosEvent> events, Consumer<Recovery> told) throws Exception {
    Iterator<ChaosEvent> next = events.iterator();
    ChaosEvent event = next.hasNext() ? next.next() : null;
    while (end == null) {
      take(follower.next());
      boolean due = event != null && step > 0;
      if (due && (event.moment() == Moment.RESTORE || step >= event.share() * steps)) {
        Recovery recovery = kill(event);
        recoveries.add(recovery);
        told.accept(recovery);
        event = next.hasNext() ? next.next() : null;
      }
      if (end == null && job.isOver()) {
        take(follower.rest());
        if (end == null) {
          throw new IllegalStateException("the job ended too early", job.failure().orElse(null));
        }
      }
    }
    job.finish();
    return differences(events);
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
      String id = cluster.taskManagerOf(job);
      killed = System.nanoTime();
      cluster.flink().killTaskManager(id);
      cluster.flink().startTaskManager();
      Thread.sleep(LAST_REPORTS_MILLIS);
      take(follower.rest());
    }
    long before = step;
    long first = nextStep(killed);
    double seconds = (System.nanoTime() - killed) / NANOS;
    long redone = Math.max(0, before - first + 1);
    return new Recovery(event.victim(), event.moment(), before, redone, seconds);
  }

  private long nextStep(long since) throws InterruptedException {
    while (System.nanoTime() - since < PATIENCE_NANOS) {
      List<Report> reports = follower.next();
      if (!reports.isEmpty()) {
        take(reports);
        return reports.get(0).step();
      }
    }
    throw new IllegalStateException("no step came for two minutes after step " + step);
  }

  private void take(List<Report> reports) {
    for (Report report : reports) {
      step = report.step();
      if (!report.withoutTime().equals(expected.get(place(report)))) {
        others++;
      }
      if (report.kind().equals(Report.END)) {
        end = report;
      }
    }
  }

  private static String place(Report report) {
    return String.join(
        " ",
        report.kind(),
        Integer.toString(report.epoch()),
        report.split(),
        Integer.toString(report.index()));
  }

  private List<String> differences(List<ChaosEvent> events) {
    List<String> differences = new ArrayList<>();
    Report undisturbed = expected.get(place(end));
    if (recoveries.size() < events.size()) {
      differences.add(
          "only %d of %d kills came before the end".formatted(recoveries.size(), events.size()));
    }
    if (!end.withoutTime().equals(undisturbed)) {
      differences.add("expected " + undisturbed + ", found " + end.withoutTime());
    }
    if (others > 0) {
      differences.add(others + " reports on the way were others");
    }
    return differences;
  }
}
