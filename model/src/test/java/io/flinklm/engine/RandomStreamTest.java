package io.flinklm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RandomStreamTest {
  private static final int MANY = 200_000;

  @Test
  void theSameNameGivesTheSameNumbers() {
    assertThat(numbers(7, 3, "here")).isEqualTo(numbers(7, 3, "here"));
  }

  @Test
  void anotherSeedStepOrPlaceGivesOthers() {
    long[] numbers = numbers(7, 3, "here");

    assertThat(numbers(8, 3, "here")).doesNotContain(numbers);
    assertThat(numbers(7, 4, "here")).doesNotContain(numbers);
    assertThat(numbers(7, 3, "there")).doesNotContain(numbers);
    // The parts of a name do not stand in for each other.
    assertThat(numbers(3, 7, "here")).doesNotContain(numbers);
    assertThat(numbers(7, 3, "")).doesNotContain(numbers);
    assertThat(numbers(7, 3, "ehre")).doesNotContain(numbers);
  }

  @Test
  void itsNumbersNeverChange() {
    assertThat(numbers(0, 0, "i_h.weight"))
        .containsExactly(0xd0feacba34720334L, 0x939bdf9c534f0debL, 0xb73eeeaab9b12649L);
    assertThat(numbers(1, 735, "dropout rnn"))
        .containsExactly(0x81c842a97a8bb939L, 0x6801158b1089e76fL, 0xd630ada3fd57f317L);
    assertThat(numbers(-1, 1, "dropout rnn"))
        .containsExactly(0xbf0c37a1d92513c2L, 0xd303b4dd6e6c59b1L, 0x2d6266b87f7df150L);
  }

  @Test
  void itsFractionsNeverChange() {
    RandomStream random = new RandomStream(0, 0, "i_h.weight");

    assertThat(random.nextDouble()).isEqualTo(0.8163860277749748);
    assertThat(random.nextDouble()).isEqualTo(0.5765971905378217);
    assertThat(random.nextDouble()).isEqualTo(0.7158040205774268);
  }

  @Test
  void itsGaussiansNeverChange() {
    RandomStream random = new RandomStream(0, 0, "i_h.weight");

    assertThat(random.nextGaussian()).isEqualTo(-1.632007388673238);
    assertThat(random.nextGaussian()).isEqualTo(-0.7992583326673546);
    assertThat(random.nextGaussian()).isEqualTo(1.3351267799499396);
  }

  @Test
  void fractionsAreUniform() {
    RandomStream random = new RandomStream(1, 2, "uniform");
    double[] values = new double[MANY];
    int[] tenths = new int[10];
    for (int i = 0; i < MANY; i++) {
      values[i] = random.nextDouble();
      tenths[(int) (10 * values[i])]++;
    }

    assertThat(mean(values)).isCloseTo(0.5, within(0.003));
    assertThat(variance(values)).isCloseTo(1 / 12.0, within(0.001));
    for (int tenth : tenths) {
      assertThat(tenth).isBetween(MANY / 10 - 700, MANY / 10 + 700);
    }
  }

  @Test
  void gaussiansAreNormal() {
    RandomStream random = new RandomStream(1, 2, "normal");
    double[] values = new double[MANY];
    int withinOne = 0;
    for (int i = 0; i < MANY; i++) {
      values[i] = random.nextGaussian();
      withinOne += Math.abs(values[i]) < 1 ? 1 : 0;
    }

    assertThat(mean(values)).isCloseTo(0, within(0.01));
    assertThat(variance(values)).isCloseTo(1, within(0.015));
    assertThat(withinOne / (double) MANY).isCloseTo(0.6827, within(0.005));
  }

  @Test
  void neighboursAreNotCorrelated() {
    RandomStream random = new RandomStream(1, 2, "pairs");
    RandomStream nextStep = new RandomStream(1, 3, "pairs");
    double products = 0;
    for (int i = 0; i < MANY; i++) {
      products += (random.nextDouble() - 0.5) * (nextStep.nextDouble() - 0.5);
    }

    assertThat(12 * products / MANY).isCloseTo(0, within(0.01));
  }

  private static long[] numbers(long seed, long step, String place) {
    RandomStream random = new RandomStream(seed, step, place);
    return new long[] {random.nextLong(), random.nextLong(), random.nextLong()};
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum / values.length;
  }
}
