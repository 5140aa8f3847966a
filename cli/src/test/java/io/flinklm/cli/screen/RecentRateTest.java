package io.flinklm.cli.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RecentRateTest {
  private final RecentRate rate = new RecentRate();

  @Test
  void isUnknownUntilTimeHasPassed() {
    assertThat(rate.perSecond()).isNaN();
    rate.add(1, 100);
    assertThat(rate.perSecond()).isNaN();
    rate.add(1, 200);
    assertThat(rate.perSecond()).isNaN();
  }

  @Test
  void forgetsWhatIsOlderThanTwoSeconds() {
    for (int i = 0; i <= 100; i++) {
      rate.add(i / 10.0, i);
    }
    assertThat(rate.perSecond()).isEqualTo(10, within(1e-9));
    for (int i = 1; i <= 20; i++) {
      rate.add(10 + i / 10.0, 100 + 5 * i);
    }
    assertThat(rate.perSecond()).isEqualTo(50, within(1e-9));
  }

  @Test
  void seldomSamplesAreMeasuredFromOneToTheNext() {
    rate.add(0, 0);
    rate.add(100, 1000);
    rate.add(110, 1500);
    assertThat(rate.perSecond()).isEqualTo(50);
  }

  @Test
  void startsAnewWhereTheCountGoesBack() {
    rate.add(0, 1000);
    rate.add(1, 500);
    assertThat(rate.perSecond()).isNaN();
    rate.add(1.5, 600);
    assertThat(rate.perSecond()).isEqualTo(200);
  }
}
