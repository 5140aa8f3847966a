package io.flinklm.job.train;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas of a subtask that others wait for while no text comes for them, and since when:
 * those that are silent for too long pass the round. Times are those of a clock that nobody sets.
 * Not thread safe.
 */
final class SilentReplicas {
  private static final Logger LOG = LoggerFactory.getLogger(SilentReplicas.class);

  private final Collection<ReplicaOfLanes> here;
  private final ReplicaRounds<ReplicaOfLanes> rounds;
  private final long timeout;
  private final ProcessingTimeService timers;
  private final Map<ReplicaOfLanes, Long> since = new HashMap<>();
  private ScheduledFuture<?> timer;

  /**
   * Nobody is waited for yet.
   *
   * @param timeout how long a replica is waited for
   */
  SilentReplicas(
      Collection<ReplicaOfLanes> here,
      ReplicaRounds<ReplicaOfLanes> rounds,
      Duration timeout,
      ProcessingTimeService timers) {
    this.here = here;
    this.rounds = rounds;
    this.timeout = timeout.toMillis();
    this.timers = timers;
  }

  /** Takes note of which replicas are waited for now. */
  void watch() {
    List<ReplicaOfLanes> missed = here.stream().filter(this::isMissed).toList();
    since.keySet().retainAll(missed);
    missed.forEach(of -> since.putIfAbsent(of, now()));
    if (timer == null && !since.isEmpty()) {
      long first = since.values().stream().mapToLong(Long::longValue).min().orElseThrow();
      long left = Math.max(0, first + timeout - now());
      timer = timers.registerTimer(timers.getCurrentProcessingTime() + left, time -> pass());
    }
  }

  // Others are further, and it has no text.
  private boolean isMissed(ReplicaOfLanes of) {
    return !of.isHeldBack() && rounds.isBehind(of);
  }

  private void pass() {
    timer = null;
    for (ReplicaOfLanes of : here) {
      Long from = since.get(of);
      if (from != null && from + timeout <= now() && isMissed(of)) {
        rounds.pass(of);
        since.remove(of);
        LOG.warn(
            "replica {} passes on to {}: others waited for it, and no text came for {} ms",
            of.replica().number(),
            of.replica().at(),
            timeout);
      }
    }
    watch();
  }

  // Not the time of the day: a clock that is set must let no replica pass.
  private long now() {
    return timers.getClock().relativeTimeMillis();
  }
}
