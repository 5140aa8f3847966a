package io.flinklm.job.train;

import io.flinklm.replica.Round;

/**
 * The batches that were made and that not all replicas have come past. Where they are too many,
 * whoever makes them takes its time, and the text behind them waits in Kafka: what waits in memory
 * has an end, however much text there is.
 *
 * <p>A barrier must not wait so. Replicas that have it from the other side hear nothing more before
 * they have it from this one too; so meanwhile nobody would come past anything. It is told before
 * it comes, and until it is there text goes on. Not thread safe.
 */
final class BatchesAhead {
  /** What is told before a barrier, in the place of a batch. */
  static final long BARRIER = -1;

  private static final int LEAST = 64;
  private static final int ROUNDS = 4;
  private static final long PAUSE_MILLIS = 5;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;
  private static final long UNKNOWN = -1;

  private final long most;
  private long made;
  private long past = UNKNOWN;
  private boolean barrierComes;

  /**
   * No batch was made yet.
   *
   * @param round steps of a round
   */
  BatchesAhead(int round) {
    this.most = Math.max(LEAST, (long) ROUNDS * round);
  }

  /**
   * The first batch that not all replicas may be past, where the slowest of them is in a round.
   *
   * @param steps of a round
   */
  static long past(Round slowest, int steps) {
    return slowest.equals(Round.END) ? Long.MAX_VALUE : (long) slowest.number() * steps;
  }

  /** A batch was made. */
  void made(long number) {
    if (past == UNKNOWN) {
      // After a restart nobody has told yet.
      past = number;
    }
    made = number;
  }

  /** Learns past which batch all replicas are, or that a barrier comes. */
  void told(long place) {
    if (place == BARRIER) {
      barrierComes = true;
    } else {
      past = place;
    }
  }

  /** The barrier has come, or will not. */
  void barrierCame() {
    barrierComes = false;
  }

  /** How many there are. */
  long count() {
    return Math.max(0, made - past);
  }

  /** How many milliseconds to wait before the next chunk: the more, the more there are. */
  long pause() {
    long tooMany = count() - most;
    return tooMany <= 0 || barrierComes
        ? 0
        : Math.min(LONGEST_PAUSE_MILLIS, PAUSE_MILLIS + tooMany);
  }

  /** Lets some time pass where they are too many. */
  void slow() {
    long pause = pause();
    if (pause > 0) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
