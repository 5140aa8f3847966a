package io.flinklm.producer;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How fast text may be published. What was held up is caught up with: the rate is that of the whole
 * publication.
 *
 * @param tokensPerSecond 0 for as fast as it goes
 * @param allowance how many tokens this publication may have published by now, in all; a
 *     publication that has come to it waits until it grows
 */
public record Pace(long tokensPerSecond, LongSupplier allowance) {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  public Pace {
    if (tokensPerSecond < 0) {
      throw new IllegalArgumentException(tokensPerSecond + " tokens per second");
    }
  }

  /** As fast as it goes. */
  public static Pace unlimited() {
    return perSecond(0);
  }

  /** So many tokens per second, 0 for as fast as it goes. */
  public static Pace perSecond(long tokens) {
    return new Pace(tokens, () -> Long.MAX_VALUE);
  }

  /** The same rate, held back by an allowance. */
  public Pace within(LongSupplier tokens) {
    return new Pace(tokensPerSecond, tokens);
  }

  /**
   * How long to pause before the next record may go, in nanoseconds; 0 if it may. To be asked again
   * after it.
   *
   * @param published tokens so far
   * @param elapsed nanoseconds since the publication began
   */
  long pause(long published, long elapsed) {
    if (published >= allowance.getAsLong()) {
      return POLL_NANOS;
    }
    if (tokensPerSecond == 0) {
      return 0;
    }
    double due = (double) published / tokensPerSecond * TimeUnit.SECONDS.toNanos(1);
    return Math.max(0, (long) due - elapsed);
  }
}
