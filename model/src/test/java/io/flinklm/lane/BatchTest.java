package io.flinklm.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
  private static final Batch BATCH =
      new Batch(
          Segment.FIRST,
          4,
          List.of(
              new Chunk(1, Segment.FIRST, 4, false, new int[] {10, 11, 12, 13}),
              new Chunk(3, Segment.FIRST, 4, true, new int[] {20, 21, 22, 23})));

  @Test
  void chunksOfOneBatchHaveOneLength() {
    Chunk three = new Chunk(0, Segment.FIRST, 0, true, new int[] {1, 2, 3});
    Chunk four = new Chunk(1, Segment.FIRST, 0, true, new int[] {1, 2, 3, 4});
    assertThatThrownBy(() -> new Batch(Segment.FIRST, 0, List.of(three, four)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itsTargetsAreItsInputsOneTokenLater() {
    assertThat(BATCH.inputs()).containsExactly(10, 11, 12, 20, 21, 22);
    assertThat(BATCH.lastTargets(3)).containsExactly(11, 12, 13, 21, 22, 23);
    assertThat(BATCH.lastTargets(1)).containsExactly(13, 23);
  }

  @Test
  void knowsItsLanesAndSizes() {
    assertThat(BATCH.lanes()).containsExactly(1, 3);
    assertThat(BATCH.length()).isEqualTo(3);
  }

  @Test
  void isNeverEmpty() {
    assertThatThrownBy(() -> new Batch(Segment.FIRST, 0, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a batch has at least one chunk");
  }
}
