package io.flinklm.job.train;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The text that comes while replicas wait for each other's weights. Where much of it waits, it is
 * taken more slowly the more there is: so Flink holds back what comes behind it, and it waits in
 * Kafka and not in memory, however much there is.
 *
 * <p>Nothing is slowed where no batch was taken for long: then the others may wait for text that
 * lies behind this one. Nor is it before a barrier, of which the gate tells before it comes: a
 * subtask that has it from the gate hears nothing more before it has it from the text too, so that
 * it would stand for so long. Not thread safe.
 */
final class TextAhead {
  // Tokens that may wait before text is slowed; with what lies around them, some 20 MB.
  private static final long FREE_TOKENS = 1 << 21;
  private static final long FREE_BATCHES = 64;

  // How much longer the text of one batch takes with as many batches more.
  private static final double PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

  /** How long after a batch text is slowed. */
  static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  private final long free;
  private final LongSupplier nanoTime;
  private long taken;
  private boolean barrierComes;

  /**
   * No batch was taken yet.
   *
   * @param tokens in a full batch of all replicas
   */
  TextAhead(long tokens, LongSupplier nanoTime) {
    this.free = Math.max(FREE_BATCHES, FREE_TOKENS / tokens);
    this.nanoTime = nanoTime;
    this.taken = nanoTime.getAsLong();
  }

  /** A batch was taken. */
  void taken() {
    taken = nanoTime.getAsLong();
  }

  /** A barrier is on its way. */
  void barrierComes() {
    barrierComes = true;
  }

  /** The barrier has come, or will not. */
  void barrierCame() {
    barrierComes = false;
  }

  /**
   * How long, in nanoseconds, to wait before more text is taken.
   *
   * @param batches that wait
   * @param share of a batch that has come
   */
  long pause(int batches, double share) {
    if (batches <= free || barrierComes || nanoTime.getAsLong() - taken > PATIENCE) {
      return 0;
    }
    return Math.min(LONGEST_PAUSE, Math.round(PAUSE * share * (batches - free) / free));
  }

  /** Waits for so long. */
  void slow(int batches, double share) {
    LockSupport.parkNanos(pause(batches, share));
  }
}
