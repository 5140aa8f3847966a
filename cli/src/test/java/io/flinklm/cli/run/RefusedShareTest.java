package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Refusal.Reason;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusedShareTest {
  private final RefusedShare share = new RefusedShare(100);

  @Test
  void lessThanABatchSaysNothing() {
    assertThat(share.add(0, Map.of(Reason.BAD_KEY, 99L))).isEmpty();
    assertThat(share.add(0, Map.of(Reason.BAD_KEY, 100L))).isPresent();
  }

  @Test
  void theCommonestReasonIsNamedWithWhatWouldBeRight() {
    assertThat(share.add(0, Map.of(Reason.BAD_KEY, 1_000L, Reason.LATE, 2_000L)))
        .hasValue(
            "Most of the text that comes is refused: of the last 3,000 refused tokens 2,000 as"
                + " late: epoch and split must not go back to what the lane has left");
  }

  @Test
  void eachReasonIsSaidOnce() {
    assertThat(share.add(0, Map.of(Reason.BAD_KEY, 100L))).isPresent();
    assertThat(share.add(0, Map.of(Reason.BAD_KEY, 500L))).isEmpty();
    assertThat(share.add(0, Map.of(Reason.BAD_KEY, 500L, Reason.GAP, 100L))).isPresent();
    assertThat(share.add(0, Map.of(Reason.BAD_KEY, 900L, Reason.GAP, 500L))).isEmpty();
  }

  @Test
  void aFewAmongMuchGoodTextAreNotSaid() {
    assertThat(share.add(1_000, Map.of(Reason.BAD_KEY, 900L))).isEmpty();
    assertThat(share.add(2_000, Map.of(Reason.BAD_KEY, 1_800L))).isEmpty();
    assertThat(share.add(2_000, Map.of(Reason.BAD_KEY, 2_000L))).as("all good before").isPresent();
  }

  @Test
  void countsOfACheckpointBeforeAreNoNews() {
    assertThat(share.add(5_000, Map.of(Reason.BAD_KEY, 900L))).isEmpty();
    assertThat(share.add(1_000, Map.of(Reason.BAD_KEY, 700L))).isEmpty();
    assertThat(share.add(1_100, Map.of(Reason.BAD_KEY, 750L))).isEmpty();
  }
}
