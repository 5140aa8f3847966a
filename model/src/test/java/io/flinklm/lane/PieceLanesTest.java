package io.flinklm.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PieceLanesTest {
  private static int[] starts(Random random, int pieces, int longest) {
    int[] starts = new int[pieces + 1];
    for (int i = 0; i < pieces; i++) {
      starts[i + 1] = starts[i] + 1 + random.nextInt(longest);
    }
    return starts;
  }

  @Test
  void lanesBeginAndEndWithPiecesAndShareNone() {
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      int[] starts = starts(random, 400 + random.nextInt(200), 60);
      int count = 1 + random.nextInt(8);
      Windows cut = new Windows(1 + random.nextInt(20), random.nextBoolean());
      int all = starts[starts.length - 1];
      Lanes lanes = Lanes.of(all, count, cut).along(starts);
      int before = 0;
      for (Split split : Split.values()) {
        int fewest =
            IntStream.range(0, count).map(lane -> lanes.windows(split, lane)).min().orElseThrow();
        for (int lane = 0; lane < count; lane++) {
          int start = lanes.start(split, lane);
          int end = start + lanes.length(split, lane);
          assertThat(start).isGreaterThanOrEqualTo(before);
          assertThat(Arrays.binarySearch(starts, start)).isNotNegative();
          assertThat(Arrays.binarySearch(starts, end)).isNotNegative();
          assertThat(lanes.index(split, lane, 3)).isEqualTo(start + 3);
          assertThat((long) lanes.windows(split, lane))
              .isEqualTo(cut.count(lanes.length(split, lane)));
          assertThat(lanes.windows(split, lane) - fewest)
              .as("what a last piece is longer")
              .isLessThanOrEqualTo(60 / cut.stride() + 1);
          before = end;
        }
        assertThat(lanes.windows(split)).isGreaterThanOrEqualTo(fewest).isPositive();
        assertThat(lanes.length(split)).isGreaterThanOrEqualTo(lanes.length(split, 0));
      }
      assertThat(before).isLessThanOrEqualTo(all);
      assertThat(lanes.tokensPerEpoch()).isGreaterThan(all - 2L * (count + 1) * 150);
    }
  }

  @Test
  void aTextWithoutPiecesIsLaidAsBefore() {
    Lanes lanes = Lanes.of(63_095, 64, 16);
    assertThat(lanes.along(new int[0])).isSameAs(lanes);
  }

  @Test
  void aTextTooShortForAPieceALaneIsRefused() {
    int[] starts = {0, 100, 200, 300};
    assertThatThrownBy(() -> Lanes.of(300, 4, 16).along(starts))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "the corpus is too short: it has 300 tokens in 3 pieces, and each of 4 lanes begins"
                + " with a piece and needs 16 + 1 tokens; give more text, fewer --lanes or a"
                + " smaller --bptt");
  }

  @Test
  void aTextWithNothingToScoreIsTrainedOnAlone() {
    int[] starts = {0, 20, 40};
    Lanes lanes = Lanes.of(40, 2, 16).along(starts);
    assertThat(lanes.windows(Split.TRAIN)).isEqualTo(1);
    assertThat(lanes.windows(Split.VALID)).isZero();
    assertThat(lanes.length(Split.VALID)).isZero();
  }
}
