package io.flinklm.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.Blob.RefusedException;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Front;
import io.flinklm.lane.HiddenState;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneStateTest {
  private static final Segment VALID = new Segment(1, Split.VALID);
  private static final HiddenState HIDDEN =
      new HiddenState(List.of(new float[] {0.5f, -1, 2}, new float[] {0.25f, 3, -0.125f}));
  private static final List<Chunk> WAITING =
      List.of(
          new Chunk(2, Segment.FIRST, 7, false, new int[] {1, 2, 3}),
          new Chunk(2, VALID, 0, true, new int[] {4, 5, 6}));

  @Test
  void allOfItIsReadBack() {
    for (boolean leftOut : new boolean[] {false, true}) {
      for (Front front : new Front[] {null, new Front(VALID, 12)}) {
        LaneState state = new LaneState(HIDDEN, WAITING, leftOut, front);
        assertThat(LaneState.read(state.write(), id -> 1)).isEqualTo(state);
        LaneState nothing = new LaneState(null, List.of(), leftOut, front);
        assertThat(LaneState.read(nothing.write(), id -> 1)).isEqualTo(nothing);
      }
    }
  }

  @Test
  void aBlobOfTheFirstVersionIsOfALaneThatIsWaitedFor() throws IOException {
    assertThat(LaneState.read(resource("lane-1.blob"), id -> 1))
        .isEqualTo(new LaneState(HIDDEN, WAITING, false, null));
  }

  @Test
  void soIsOneWithNothingInIt() throws IOException {
    assertThat(LaneState.read(resource("lane-1-empty.blob"), id -> 1))
        .isEqualTo(new LaneState(null, List.of(), false, null));
  }

  @Test
  void aBlobThatIsDamagedIsRefused() {
    byte[] blob = new LaneState(HIDDEN, WAITING, true, new Front(VALID, 12)).write();
    blob[blob.length - 1] ^= 1;

    assertThatThrownBy(() -> LaneState.read(blob, id -> 1))
        .isInstanceOf(RefusedException.class)
        .hasMessage("LANE: the checksum does not match; the bytes are damaged");
  }

  /** A blob that was written before the second version. */
  private static byte[] resource(String name) throws IOException {
    try (InputStream in = LaneStateTest.class.getResourceAsStream("/fixtures/" + name)) {
      return in.readAllBytes();
    }
  }
}
