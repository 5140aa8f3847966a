package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextAheadTest {
  private static final int FREE = 128;
  private static final int MANY = 1_000_000_000;

  private long now = 7;
  private final TextAhead ahead = new TextAhead(1 << 14, () -> now);

  @Test
  void theMoreTextWaitsTheMoreSlowlyItIsTaken() {
    assertThat(ahead.pause(0, 1)).isZero();
    assertThat(ahead.pause(FREE, 1)).isZero();
    assertThat(ahead.pause(2 * FREE, 1)).isEqualTo(100_000_000);
    assertThat(ahead.pause(3 * FREE, 1)).isEqualTo(200_000_000);
    assertThat(ahead.pause(3 * FREE, 0.01)).isEqualTo(2_000_000);
    assertThat(ahead.pause(MANY, 1)).isEqualTo(1_000_000_000);
  }

  @Test
  void someBatchesMayWaitHoweverLargeTheyAre() {
    TextAhead large = new TextAhead(1 << 20, () -> now);
    assertThat(large.pause(64, 1)).isZero();
    assertThat(large.pause(65, 1)).isPositive();
  }

  @Test
  void itIsNotSlowedBeforeABarrier() {
    ahead.barrierComes();
    assertThat(ahead.pause(MANY, 1)).isZero();
    ahead.barrierCame();
    assertThat(ahead.pause(MANY, 1)).isPositive();
  }

  @Test
  void norWhereOthersMayWaitForTheTextBehindIt() {
    now += TextAhead.PATIENCE + 1;
    assertThat(ahead.pause(MANY, 1)).isZero();
    ahead.taken();
    assertThat(ahead.pause(MANY, 1)).isPositive();
  }
}
