package io.flinklm.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void withoutALimitNothingWaits() {
    assertThat(Pace.unlimited().pause(Long.MAX_VALUE - 1, 0)).isZero();
  }

  @Test
  void aRateLetsTokensGoWhenTheyAreDue() {
    Pace pace = Pace.perSecond(100);
    assertThat(pace.pause(0, 0)).isZero();
    assertThat(pace.pause(50, 0)).isEqualTo(SECOND / 2);
    assertThat(pace.pause(50, SECOND / 4)).isEqualTo(SECOND / 4);
    assertThat(pace.pause(50, SECOND)).isZero();
    assertThat(pace.pause(360_000_000L, 0)).isEqualTo(3_600_000 * SECOND);
  }

  @Test
  void anAllowanceHoldsBackUntilItGrows() {
    AtomicLong allowance = new AtomicLong(64);
    Pace pace = Pace.perSecond(1_000).within(allowance::get);
    assertThat(pace.pause(63, SECOND)).isZero();
    assertThat(pace.pause(64, SECOND)).isPositive();
    allowance.set(65);
    assertThat(pace.pause(64, SECOND)).isZero();
  }

  @Test
  void aRateIsNotNegative() {
    assertThatThrownBy(() -> Pace.perSecond(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
