package io.flinklm.engine;

/**
 * Random numbers that are named: a stream of them belongs to (seed, step, place) and to nothing
 * else. A step that is done again draws the same numbers, on every device and however many models
 * share the process. SplitMix64 (Steele, Lea, Flood 2014) over a counter. Not thread safe.
 */
public final class RandomStream {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double DOUBLE_UNIT = 0x1p-53;

  private long state;

  /**
   * Opens a stream at its beginning.
   *
   * @param seed of the run
   * @param step in which the numbers are drawn; 0 before the first
   * @param place what they are drawn for, such as the name of a parameter
   */
  public RandomStream(long seed, long step, String place) {
    long hash = mix(seed + GOLDEN_GAMMA);
    hash = mix(hash + step + GOLDEN_GAMMA);
    for (int i = 0; i < place.length(); i++) {
      hash = mix(hash + place.charAt(i) + GOLDEN_GAMMA);
    }
    state = hash;
  }

  /** Goes past so many numbers of 64 bits, as if they had been drawn. */
  public void skip(long numbers) {
    state += numbers * GOLDEN_GAMMA;
  }

  /** The next 64 bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** The next number of [0, 1), uniform. */
  public double nextDouble() {
    return (nextLong() >>> 11) * DOUBLE_UNIT;
  }

  /** The next number of N(0, 1), by Box and Muller; strict, so that it is the same everywhere. */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
