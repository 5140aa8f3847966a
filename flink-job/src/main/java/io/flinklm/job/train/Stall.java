package io.flinklm.job.train;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stall: text waits, and no batch has been made of it for long. It is said once in the log, with
 * what is waited for, and gauges show how long it lasts and for what. Its times are those of a
 * clock that nobody sets. Not thread safe, but for the gauges.
 */
final class Stall {
  private static final Logger LOG = LoggerFactory.getLogger(Stall.class);
  private static final long MILLIS = 1_000;

  private final Waiting waiting;
  private final long warning;
  private final ProcessingTimeService timers;
  private volatile boolean waits;
  private volatile long since;
  private boolean said;
  private ScheduledFuture<?> timer;

  /** The text that waits, as its gauges may ask at any time. */
  interface Waiting {
    /** Whether text waits for more. */
    boolean isHeldBack();

    /** How many chunks wait. */
    int chunks();

    /** What they wait for, as a clause. */
    String awaited();
  }

  /**
   * Nothing waits yet.
   *
   * @param warning how long text waits until it is said
   */
  Stall(Waiting waiting, Duration warning, ProcessingTimeService timers) {
    this.waiting = waiting;
    this.warning = warning.toMillis();
    this.timers = timers;
  }

  /** Shows how many seconds the stall has lasted, 0 where there is none, and what it waits for. */
  void register(MetricGroup group) {
    group.gauge("stalledSeconds", (Gauge<Long>) () -> isOver() ? lasts() / MILLIS : 0);
    group.gauge("awaited", (Gauge<String>) () -> isOver() ? waiting.awaited() : "");
  }

  /** Takes note of text that waits, perhaps. */
  void textCame() {
    if (!waits) {
      since = now();
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
    since = now();
  }

  /** Waits for nothing any more: the input has ended. */
  void end() {
    waits = false;
  }

  private void watch() {
    if (timer == null && !said) {
      long left = Math.max(0, warning - lasts());
      timer = timers.registerTimer(timers.getCurrentProcessingTime() + left, time -> look());
    }
  }

  private void look() {
    timer = null;
    waits = waits && waiting.isHeldBack();
    if (isOver()) {
      said = true;
      LOG.warn(
          "training has stood for {} s: {} chunks wait for {}",
          lasts() / MILLIS,
          waiting.chunks(),
          waiting.awaited());
    } else if (waits) {
      watch();
    }
  }

  private long lasts() {
    return now() - since;
  }

  // Not the time of the day, which may be set while text waits.
  private long now() {
    return timers.getClock().relativeTimeMillis();
  }

  private boolean isOver() {
    return waits && lasts() >= warning && waiting.isHeldBack();
  }
}
