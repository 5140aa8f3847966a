package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class LearningRateCurveTest {
  private static final int STEPS = 150;
  private static final double LOWEST_AT = 1e-2;

  /** From 1e-6 to 1, by the logarithm to base 10 of the rate. */
  private static LearningRateCurve curve(DoubleUnaryOperator lossByLogarithm) {
    LearningRateCurve curve = new LearningRateCurve();
    for (int step = 0; step < STEPS && !curve.hasExploded(); step++) {
      double logarithm = -6 + 6.0 * step / (STEPS - 1);
      curve.add(Math.pow(10, logarithm), lossByLogarithm.applyAsDouble(logarithm));
    }
    return curve;
  }

  @Test
  void aTenthOfTheRateWithTheLowestLossIsSuggested() {
    LearningRateCurve curve = curve(logarithm -> 1 + Math.pow(logarithm + 2, 2) / 4);

    // The mean of some steps is lowest a few steps late, each of which is 1.1 times the one before.
    assertThat(curve.suggestion().orElseThrow())
        .isBetween(0.1 * LOWEST_AT, 0.1 * LOWEST_AT * Math.pow(1.1, 5));
    assertThat(curve.hasExploded()).isFalse();
    assertThat(curve.stillFalls()).isFalse();
  }

  @Test
  void oneLowLossAmongOthersDoesNotDecide() {
    LearningRateCurve curve =
        curve(
            logarithm -> Math.abs(logarithm + 4) < 0.02 ? 0.9 : 1 + Math.pow(logarithm + 2, 2) / 4);

    assertThat(curve.suggestion().orElseThrow()).isGreaterThan(0.09 * LOWEST_AT);
  }

  @Test
  void itEndsWhereTheLossExplodes() {
    LearningRateCurve curve =
        curve(logarithm -> logarithm < -2 ? 3 + (-2 - logarithm) : Math.pow(30, logarithm + 3));

    assertThat(curve.hasExploded()).isTrue();
    assertThat(curve.points()).hasSizeLessThan(STEPS - 10);
    assertThat(curve.suggestion().orElseThrow()).isBetween(0.09 * LOWEST_AT, 0.2 * LOWEST_AT);
  }

  @Test
  void whatIsNoNumberEndsItToo() {
    LearningRateCurve nan = curve(logarithm -> logarithm < -3 ? -logarithm : Double.NaN);
    assertThat(nan.hasExploded()).isTrue();
    assertThat(nan.lowest().orElseThrow().rate()).isLessThan(1e-3);

    LearningRateCurve refused = curve(logarithm -> -logarithm);
    assertThat(refused.hasExploded()).isFalse();
    refused.endNonfinite();
    assertThat(refused.hasExploded()).isTrue();
  }

  @Test
  void aLossThatStillFallsAtTheEndIsSaid() {
    assertThat(curve(logarithm -> 3 - logarithm).stillFalls()).isTrue();
  }

  @Test
  void nothingIsSuggestedWhereTheLossNeverFell() {
    assertThat(curve(logarithm -> 10 + logarithm).suggestion()).isEmpty();
    assertThat(new LearningRateCurve().suggestion()).isEmpty();
  }
}
