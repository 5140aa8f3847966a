package io.flinklm.job.train;

import io.flinklm.replica.Publication;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * What the dashboard shows of rounds: how many there were, what was sent, how long this subtask
 * waited for others at their ends, and which replica came last. Told by the thread that trains,
 * read by others.
 */
final class RoundMetrics {
  private final LongSupplier nanoTime;
  private final Histogram stepTime;
  private final Counter completed;
  private final Counter bytesSent;
  private final Counter waitedMillis;
  private long toldAt;
  private long waited;
  private volatile long lastWaitMillis;
  private volatile int slowest = -1;

  RoundMetrics(MetricGroup group, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    stepTime =
        group.histogram(
            "stepTimeMicroseconds",
            new DescriptiveStatisticsHistogram(TrainingMetrics.STEPS_IN_HISTOGRAM));
    completed = group.counter("roundsCompleted");
    bytesSent = group.counter("replicaBytesSent");
    waitedMillis = group.counter("roundWaitMillis");
    group.gauge("lastRoundWaitMillis", (Gauge<Long>) () -> lastWaitMillis);
    group.gauge("slowestReplica", (Gauge<Integer>) () -> slowest);
  }

  /** A step was taken since this time. */
  void stepTook(long since) {
    stepTime.update(TimeUnit.NANOSECONDS.toMicros(nanoTime.getAsLong() - since));
  }

  /** The time, for {@link #stepTook}. */
  long now() {
    return nanoTime.getAsLong();
  }

  /** A replica of this subtask has left a round. */
  void told(Publication publication) {
    bytesSent.inc(publication.bytes());
    // One that had no rows only says that it has gone on.
    if (publication.steps() > 0) {
      toldAt = nanoTime.getAsLong();
    }
  }

  /** A replica of any subtask was the last one to leave a round. */
  void cameLast(int replica) {
    slowest = replica;
  }

  /** The round is complete. */
  void completed() {
    completed.inc();
    long wait = nanoTime.getAsLong() - toldAt;
    waited += wait;
    lastWaitMillis = TimeUnit.NANOSECONDS.toMillis(wait);
    waitedMillis.inc(TimeUnit.NANOSECONDS.toMillis(waited) - waitedMillis.getCount());
  }
}
