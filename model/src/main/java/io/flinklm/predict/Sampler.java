package io.flinklm.predict;

import io.flinklm.engine.RandomStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Chooses the next token from a model's logits: the most likely one, or one drawn at random. The
 * same logits and the same stream of random numbers give the same choice.
 *
 * @param temperature divides the logits: 0 takes the most likely token, 1 the model's own
 *     probabilities, more flattens them
 * @param topK how many of the most likely tokens to draw from; 0 for all
 */
public record Sampler(double temperature, int topK) {
  private static final double COLDEST = 1e-6;

  public Sampler {
    if (!(temperature >= 0) || topK < 0) {
      throw new IllegalArgumentException(
          "expected a temperature and a top k of 0 or more, found " + temperature + ", " + topK);
    }
  }

  /** The id of the chosen token; logits by token id. */
  public int choose(float[] logits, RandomStream random) {
    int likeliest = likeliest(logits);
    if (temperature == 0) {
      return likeliest;
    }
    int[] candidates = candidates(logits);
    double highest = logits[likeliest];
    double[] weights =
        Arrays.stream(candidates)
            .mapToDouble(
                id -> StrictMath.exp((logits[id] - highest) / Math.max(temperature, COLDEST)))
            .toArray();
    double left = random.nextDouble() * Arrays.stream(weights).sum();
    for (int i = 0; i < weights.length - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return candidates[i];
      }
    }
    return candidates[weights.length - 1];
  }

  private static int likeliest(float[] logits) {
    int likeliest = 0;
    for (int id = 1; id < logits.length; id++) {
      if (logits[id] > logits[likeliest]) {
        likeliest = id;
      }
    }
    return likeliest;
  }

  private int[] candidates(float[] logits) {
    IntStream ids = IntStream.range(0, logits.length);
    return topK == 0 || topK >= logits.length
        ? ids.toArray()
        : ids.boxed()
            .sorted(Comparator.comparing((Integer id) -> -logits[id]))
            .limit(topK)
            .mapToInt(Integer::intValue)
            .toArray();
  }
}
