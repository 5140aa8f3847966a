package io.flinklm.job.train;

import io.flinklm.lane.BatchAssembler;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stall: text waits, and no batch has been made of it for long. It is said once in the log, with
 * what is waited for, and a gauge shows how long it lasts. Times are those of Flink's processing
 * time. Not thread safe, but for the gauge.
 */
final class Stall {
  private static final Logger LOG = LoggerFactory.getLogger(Stall.class);
  private static final long MILLIS = 1_000;

  private final BatchAssembler assembler;
  private final long warning;
  private final ProcessingTimeService clock;
  private volatile boolean waits;
  private volatile long since;
  private boolean said;
  private ScheduledFuture<?> timer;

  /**
   * Nothing waits yet.
   *
   * @param warning how long text waits until it is said
   */
  Stall(BatchAssembler assembler, Duration warning, ProcessingTimeService clock) {
    this.assembler = assembler;
    this.warning = warning.toMillis();
    this.clock = clock;
  }

  /** Shows how many seconds the stall has lasted; 0 where there is none. */
  void register(MetricGroup group) {
    group.gauge("stalledSeconds", (Gauge<Long>) () -> isOver() ? lasts() / MILLIS : 0);
  }

  /** Takes note of text that waits, perhaps. */
  void textCame() {
    if (!waits) {
      since = clock.getCurrentProcessingTime();
      waits = true;
    }
    watch();
  }

  /** Takes note of a batch. */
  void batchMade() {
    if (said) {
      LOG.info("training goes on after {} s", lasts() / MILLIS);
      said = false;
    }
    since = clock.getCurrentProcessingTime();
  }

  /** Waits for nothing any more: the input has ended. */
  void end() {
    waits = false;
  }

  private void watch() {
    if (timer == null && !said) {
      timer = clock.registerTimer(since + warning, time -> look());
    }
  }

  private void look() {
    timer = null;
    waits = waits && assembler.isHeldBack();
    if (isOver()) {
      said = true;
      LOG.warn(
          "training has stood for {} s: {} chunks wait for text of lane {}",
          lasts() / MILLIS,
          assembler.waitingChunks(),
          LaneGauges.named(assembler.awaited()));
    } else if (waits) {
      watch();
    }
  }

  private long lasts() {
    return clock.getCurrentProcessingTime() - since;
  }

  private boolean isOver() {
    return waits && lasts() >= warning && assembler.isHeldBack();
  }
}
