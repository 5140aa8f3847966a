package io.flinklm.cli.run;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.screen.Display;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.local.flink.FlinkRest;
import io.flinklm.train.Report;
import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;

/**
 * Text that a job refuses, said to whoever watches: how much it is, and once for each commonest
 * reason, where most of what comes is refused, what would be right. Where everything is refused
 * there are no reports, so the job's counters are asked.
 */
final class Refusals {
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final String BY_REASON = "refused.";
  private static final List<String> TAKEN = List.of("tokensTrained", "tokensScored");
  private static final String WAITING = "chunksWaiting";
  private static final List<String> NAMES =
      Stream.of(
              TAKEN.stream(),
              Stream.of(WAITING),
              Stream.of(Reason.values()).map(reason -> BY_REASON + reason.label()))
          .flatMap(names -> names)
          .toList();

  private final FlinkRest rest;
  private final JobID job;
  private final Display display;
  private final int bptt;
  private final String counting;
  private final RefusedShare share;
  private long looked = System.nanoTime();
  private long reported = looked;
  private long refused;
  private boolean news;

  /** Of a job that has just been started. */
  Refusals(FlinkRest rest, JobID job, ModelSettings model, Display display) {
    this.rest = rest;
    this.job = job;
    this.display = display;
    this.bptt = model.bptt();
    // Of several replicas another operator keeps the books.
    this.counting = model.replication().isShared() ? "report" : "train";
    this.share = new RefusedShare((long) model.laneCount() * (model.bptt() + 1));
  }

  /** Takes note of a report, which tells how much was refused. */
  void reported(Report report) {
    reported = System.nanoTime();
    long now = report.refusedBesideTails();
    news |= now != refused;
    refused = now;
  }

  /** Looks from time to time at what the reports do not tell. */
  void look() throws InterruptedException {
    long now = System.nanoTime();
    boolean toldByReports = !news && now - reported < 2 * LOOK_NANOS;
    if (now - looked < LOOK_NANOS || toldByReports) {
      return;
    }
    looked = now;
    news = false;
    try {
      take(rest.metrics(job, counting, NAMES));
    } catch (IOException e) {
      // It is asked again soon.
    }
  }

  private void take(Map<String, Long> counts) {
    Map<Reason, Long> byReason = new EnumMap<>(Reason.class);
    for (Reason reason : EnumSet.complementOf(EnumSet.of(Reason.TAIL))) {
      byReason.put(reason, counts.getOrDefault(BY_REASON + reason.label(), 0L));
    }
    display.refused(byReason.values().stream().mapToLong(Long::longValue).sum());
    long taken = TAKEN.stream().mapToLong(name -> counts.getOrDefault(name, 0L)).sum();
    long waiting = bptt * counts.getOrDefault(WAITING, 0L);
    share.add(taken + waiting, byReason).ifPresent(display::say);
  }
}
