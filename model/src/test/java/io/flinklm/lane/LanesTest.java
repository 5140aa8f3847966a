package io.flinklm.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import org.junit.jupiter.api.Test;

class LanesTest {
  private static final int TOKENS = 63_095;
  private static final Lanes RECIPE = Lanes.of(TOKENS, 64, 16);

  @Test
  void theRecipesNumbers() {
    assertThat(RECIPE.trainWindows() + RECIPE.validWindows()).isEqualTo(3943);
    assertThat(RECIPE.trainWindows()).isEqualTo(3154);
    assertThat(RECIPE.windows(Split.TRAIN)).isEqualTo(49);
    assertThat(RECIPE.windows(Split.VALID)).isEqualTo(12);
    assertThat(RECIPE.steps(15)).isEqualTo(735);
  }

  @Test
  void aLaneOfSoManyWindowsHasOneTokenMore() {
    assertThat(RECIPE.length(Split.TRAIN)).isEqualTo(49 * 16 + 1);
    assertThat(RECIPE.length(Split.VALID)).isEqualTo(12 * 16 + 1);
    assertThat(RECIPE.tokensPerEpoch()).isEqualTo(64 * (785 + 193));
  }

  @Test
  void eachSplitStartsWhereItsWindowsDo() {
    assertThat(RECIPE.start(Split.TRAIN, 0)).isZero();
    assertThat(RECIPE.start(Split.VALID, 0)).isEqualTo(3154 * 16);
  }

  @Test
  void aLanesLastTargetIsTheNextLanesFirstToken() {
    for (Split split : Split.values()) {
      for (int lane = 0; lane + 1 < RECIPE.count(); lane++) {
        int last = RECIPE.start(split, lane) + RECIPE.length(split) - 1;
        assertThat(last).isEqualTo(RECIPE.start(split, lane + 1));
      }
    }
  }

  @Test
  void everyLaneLiesInsideTheCorpus() {
    for (int bptt : new int[] {1, 3, 16}) {
      for (int count : new int[] {1, 2, 5}) {
        for (int tokens = count * (bptt + 1); tokens < 300; tokens++) {
          Lanes lanes = Lanes.of(tokens, count, bptt);
          for (Split split : Split.values()) {
            assertThat(lanes.start(split, count - 1) + lanes.length(split))
                .as("%s of %d tokens, %s", lanes, tokens, split)
                .isLessThanOrEqualTo(tokens);
          }
        }
      }
    }
  }

  @Test
  void noTokenIsTrainedOnAndScored() {
    int trained = RECIPE.start(Split.TRAIN, 63) + RECIPE.length(Split.TRAIN);

    // One token is both: a target at the end of the one, an input at the start of the other.
    assertThat(trained - 1).isLessThanOrEqualTo(RECIPE.start(Split.VALID, 0));
  }

  @Test
  void aCorpusThatIsTooShortIsRefusedWithBothNumbers() {
    assertThatThrownBy(() -> Lanes.of(1087, 64, 16))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "the corpus is too short: it has 1087 tokens, and 64 lanes x (16 + 1) tokens need 1088;"
                + " give more text, fewer --lanes or a smaller --bptt");
  }

  @Test
  void theShortestCorpusGivesEveryLaneOneWindowToTrainOn() {
    Lanes shortest = Lanes.of(1088, 64, 16);

    assertThat(shortest.windows(Split.TRAIN)).isEqualTo(1);
    assertThat(shortest.length(Split.TRAIN)).isEqualTo(17);
    assertThat(shortest.windows(Split.VALID)).isZero();
    assertThat(shortest.length(Split.VALID)).isZero();
    assertThat(shortest.tokensPerEpoch()).isEqualTo(1088);
  }

  @Test
  void theShareToEvaluateCanBeAnother() {
    Windows cut = new Windows(16, true);
    Lanes tenth = Lanes.of(TOKENS, 64, cut, 0.1);
    Lanes none = Lanes.of(TOKENS, 64, cut, 0);

    assertThat(Lanes.of(TOKENS, 64, cut, 0.2)).isEqualTo(RECIPE);
    assertThat(tenth.windows(Split.TRAIN)).isEqualTo(55);
    assertThat(tenth.windows(Split.VALID)).isEqualTo(6);
    assertThat(none.windows(Split.TRAIN)).isEqualTo(61);
    assertThat(none.windows(Split.VALID)).isZero();
    assertThat(none.trainWindows()).isEqualTo(RECIPE.trainWindows() + RECIPE.validWindows());
  }

  @Test
  void noLanesAndNoWindowsAreRefused() {
    assertThatThrownBy(() -> Lanes.of(TOKENS, 0, 16))
        .isInstanceOf(UserMistake.class)
        .hasMessageEndingWith("found --lanes 0 --bptt 16");
    assertThatThrownBy(() -> Lanes.of(TOKENS, 64, 0))
        .isInstanceOf(UserMistake.class)
        .hasMessageEndingWith("found --lanes 64 --bptt 0");
  }

  @Test
  void sizesThatOverflowAnIntAreStillTooLarge() {
    assertThatThrownBy(() -> Lanes.of(TOKENS, 1 << 20, 1 << 20))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("need 1099512676352");
  }

  @Test
  void samplesAreTheWindowsInTheOrderOfTheText() {
    Lanes samples = Lanes.of(63_095, 64, new Windows(3, false));

    assertThat(samples.windows(Split.TRAIN)).isEqualTo(262);
    assertThat(samples.windows(Split.VALID)).isEqualTo(66);
    assertThat(samples.windows(Split.VALID, 46)).isEqualTo(66);
    assertThat(samples.windows(Split.VALID, 47)).as("4207 = 65 x 64 + 47").isEqualTo(65);
    for (int window = 0; window < 1000; window++) {
      int position = window / 64 * 4;
      assertThat(samples.index(Split.TRAIN, window % 64, position)).isEqualTo(3 * window);
      assertThat(samples.index(Split.TRAIN, window % 64, position + 3)).isEqualTo(3 * window + 3);
    }
    assertThat(samples.start(Split.VALID, 0)).isEqualTo(3 * 16_824);
  }
}
