package io.flinklm.job.train;

import io.flinklm.lane.BatchAssembler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lanes that batches wait for, and since when: those that are waited for too long while others
 * have chunks waiting are left out. Late chunks alone are no reason. Times are those of a clock
 * that nobody sets. Not thread safe.
 */
final class SilentLanes {
  private static final Logger LOG = LoggerFactory.getLogger(SilentLanes.class);

  private final BatchAssembler assembler;
  private final long timeout;
  private final ProcessingTimeService timers;
  private final Runnable train;
  private final Map<Integer, Long> since = new HashMap<>();
  private ScheduledFuture<?> timer;

  /**
   * Waits for nobody yet.
   *
   * @param timeout how long a lane is waited for
   * @param train to be done when lanes were left out: batches may be ready
   */
  SilentLanes(
      BatchAssembler assembler, Duration timeout, ProcessingTimeService timers, Runnable train) {
    this.assembler = assembler;
    this.timeout = timeout.toMillis();
    this.timers = timers;
    this.train = train;
  }

  /** Takes note of which lanes are waited for now. */
  void watch() {
    note(assembler.isHeldBack() ? assembler.awaited() : List.of());
    // One timer is enough: no lane that is waited for from now on is over before those before it.
    if (timer == null && !since.isEmpty()) {
      long first = since.values().stream().mapToLong(Long::longValue).min().orElseThrow();
      long left = Math.max(0, first + timeout - now());
      timer = timers.registerTimer(timers.getCurrentProcessingTime() + left, time -> leaveOut());
    }
  }

  /** Waits for nobody any more: the input has ended. */
  void end() {
    note(List.of());
  }

  private void note(List<Integer> awaited) {
    long now = now();
    since.keySet().retainAll(awaited);
    awaited.forEach(lane -> since.putIfAbsent(lane, now));
  }

  private void leaveOut() {
    timer = null;
    long now = now();
    List<Integer> over =
        since.keySet().stream().filter(lane -> since.get(lane) + timeout <= now).sorted().toList();
    for (int lane : over) {
      assembler.leaveOut(lane);
      LOG.warn("left out until it has caught up: lane {}, silent for {} ms", lane, timeout);
    }
    train.run();
    watch();
  }

  // Not the time of the day: a clock that is set must leave no lane out.
  private long now() {
    return timers.getClock().relativeTimeMillis();
  }
}
