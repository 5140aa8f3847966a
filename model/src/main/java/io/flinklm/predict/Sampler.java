package io.flinklm.predict;

import io.flinklm.net.RandomStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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

  public Sampler {
    if (!(temperature >= 0) || topK < 0) {
      throw new IllegalArgumentException(
          "expected a temperature and a top k of 0 or more, found " + temperature + ", " + topK);
    }
  }

  /** The id of the chosen token; logits by token id. */
  public int choose(float[] logits, RandomStream random) {
    List<Integer> likeliest =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparing((Integer id) -> -logits[id]))
            .limit(temperature == 0 ? 1 : topK == 0 ? logits.length : topK)
            .toList();
    double highest = logits[likeliest.get(0)];
    double[] weights =
        likeliest.stream()
            .mapToDouble(id -> StrictMath.exp((logits[id] - highest) / Math.max(temperature, 1e-6)))
            .toArray();
    double left = random.nextDouble() * Arrays.stream(weights).sum();
    for (int i = 0; i < weights.length - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return likeliest.get(i);
      }
    }
    return likeliest.get(weights.length - 1);
  }
}
