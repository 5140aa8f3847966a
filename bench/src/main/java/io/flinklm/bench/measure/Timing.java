package io.flinklm.bench.measure;

/**
 * How long something took.
 *
 * @param amount of what was done, like tokens
 * @param seconds that it took
 */
public record Timing(double amount, double seconds) {
  private static final double NANOS = 1e9;

  /** Amount per second. */
  public double rate() {
    return amount / seconds;
  }

  /** Does a step again and again for so many seconds, once at least. */
  public static Timing repeating(double amountPerStep, double seconds, Runnable step) {
    long begin = System.nanoTime();
    long steps = 0;
    double elapsed;
    do {
      step.run();
      steps++;
      elapsed = (System.nanoTime() - begin) / NANOS;
    } while (elapsed < seconds);
    return new Timing(steps * amountPerStep, elapsed);
  }
}
