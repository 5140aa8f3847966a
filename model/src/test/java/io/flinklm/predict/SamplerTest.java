package io.flinklm.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flinklm.engine.RandomStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
  // Probabilities of 1/8, 1/2, 1/8, 1/4.
  private static final float[] LOGITS = logits(1, 4, 1, 2);
  private static final int DRAWS = 20_000;

  @Test
  void coldTakesTheMostLikelyAndOfEqualsTheFirst() {
    assertThat(new Sampler(0, 0).choose(LOGITS, new RandomStream(0, 0, ""))).isEqualTo(1);
    assertThat(new Sampler(0, 3).choose(logits(1, 2, 2, 1), new RandomStream(0, 0, "")))
        .isEqualTo(1);
  }

  @Test
  void warmDrawsWithTheProbabilitiesOfTheModel() {
    assertThat(shares(new Sampler(1, 0)))
        .containsExactly(new double[] {.125, .5, .125, .25}, within(.02));
  }

  @Test
  void temperatureFlattens() {
    // Square roots of the weights: 1, 2, 1, 1.414.
    assertThat(shares(new Sampler(2, 0)))
        .containsExactly(new double[] {.185, .369, .185, .261}, within(.02));
  }

  @Test
  void topKLeavesOnlyTheMostLikely() {
    assertThat(shares(new Sampler(1, 2)))
        .containsExactly(new double[] {0, .667, 0, .333}, within(.02));
    assertThat(shares(new Sampler(1, 9))).containsExactly(shares(new Sampler(1, 0)));
  }

  @Test
  void whatIsNoTemperatureIsRefused() {
    assertThatThrownBy(() -> new Sampler(Double.NaN, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Sampler(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Sampler(1, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  private static double[] shares(Sampler sampler) {
    RandomStream random = new RandomStream(7, 0, "test");
    double[] shares = new double[LOGITS.length];
    for (int i = 0; i < DRAWS; i++) {
      shares[sampler.choose(LOGITS, random)] += 1.0 / DRAWS;
    }
    return shares;
  }

  private static float[] logits(double... weights) {
    float[] logits = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      logits[i] = (float) Math.log(weights[i]);
    }
    return logits;
  }
}
