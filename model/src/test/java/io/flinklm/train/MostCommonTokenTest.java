package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.lane.Lanes;
import org.junit.jupiter.api.Test;

class MostCommonTokenTest {
  @Test
  void isTheTokenThatMostOfTheUnseenWindowsEndWith() {
    // Ten windows of 2, the last two unseen: their targets are ids 18 and 20.
    int[] ids = new int[21];
    ids[18] = 3;
    ids[20] = 3;
    MostCommonToken token = MostCommonToken.of(ids, Lanes.of(ids.length, 1, 2));
    assertThat(token).isEqualTo(new MostCommonToken(3, 2, 2));
    assertThat(token.accuracy()).isEqualTo(1);
  }

  @Test
  void isTheLowestOfThoseThatAreAsCommon() {
    int[] ids = new int[21];
    ids[18] = 5;
    ids[20] = 2;
    MostCommonToken token = MostCommonToken.of(ids, Lanes.of(ids.length, 1, 2));
    assertThat(token).isEqualTo(new MostCommonToken(2, 1, 2));
    assertThat(token.accuracy()).isEqualTo(0.5);
  }

  @Test
  void isNothingWithoutTargets() {
    Lanes lanes = Lanes.of(3, 1, 2);
    assertThatThrownBy(() -> MostCommonToken.of(new int[3], lanes))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
