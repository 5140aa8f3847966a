package io.flinklm.job.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mean and deviation are those of sums with every record's own weight. */
class UsualSurprisalTest {
  private UsualSurprisal usual = new UsualSurprisal();

  @Test
  void itIsTheWeightedMeanAndDeviationOfAllRecords() {
    Random random = new Random(1);
    double[] bits = random.doubles(400, 1, 9).toArray();
    for (int n = 0; n < bits.length; n++) {
      if (n < UsualSurprisal.WARM_UP) {
        assertThat(usual.mean()).isNaN();
        assertThat(usual.deviation()).isNaN();
        assertThat(usual.deviations(3)).isNaN();
      } else {
        double[] expected = weighted(bits, n);
        assertThat(usual.mean()).isCloseTo(expected[0], within(1e-9));
        assertThat(usual.deviation()).isCloseTo(expected[1], within(1e-9));
        assertThat(usual.deviations(3)).isCloseTo((3 - expected[0]) / expected[1], within(1e-9));
      }
      usual.add(bits[n]);
    }
  }

  /** Mean and deviation of the first n: the newest weighs {@code SHARE}, or as all while few. */
  private static double[] weighted(double[] bits, int n) {
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      double share = Math.max(UsualSurprisal.SHARE, 1.0 / (i + 1));
      for (int before = 0; before < i; before++) {
        weights[before] *= 1 - share;
      }
      weights[i] = share;
    }
    double mean = 0;
    for (int i = 0; i < n; i++) {
      mean += weights[i] * bits[i];
    }
    double variance = 0;
    for (int i = 0; i < n; i++) {
      variance += weights[i] * (bits[i] - mean) * (bits[i] - mean);
    }
    return new double[] {mean, Math.sqrt(variance)};
  }

  @Test
  void anUnusualRecordDoesNotHideTheNext() {
    addNoise(200);
    double first = usual.deviations(20);
    usual.add(20);

    assertThat(first).isGreaterThan(UsualSurprisal.MOST);
    assertThat(usual.deviations(20)).isGreaterThan(0.7 * first);
  }

  @Test
  void whatComesAllTheTimeIsUsualInTheEnd() {
    addNoise(200);
    for (int i = 0; i < 200; i++) {
      usual.add(20);
    }

    assertThat(usual.deviations(20)).isLessThan(1);
  }

  @Test
  void aTextThatRepeatsItselfStillHasADeviation() {
    for (int i = 0; i < 200; i++) {
      usual.add(0.1);
    }

    assertThat(usual.deviation()).isEqualTo(UsualSurprisal.LEAST);
    assertThat(usual.deviations(0.6)).isCloseTo(1, within(1e-9));
  }

  @Test
  void aRecordOfWhichNothingWasScoredDoesNotCount() throws Exception {
    addNoise(200);
    byte[] before = written();
    usual.add(Double.NaN);

    assertThat(written()).isEqualTo(before);
    usual = UsualSurprisal.read(new DataInputStream(new ByteArrayInputStream(before)));
    assertThat(written()).isEqualTo(before);
    assertThat(usual.deviations(Double.NaN)).isNaN();
  }

  private void addNoise(int records) {
    Random random = new Random(2);
    for (int i = 0; i < records; i++) {
      usual.add(2 + random.nextGaussian());
    }
  }

  private byte[] written() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    usual.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
