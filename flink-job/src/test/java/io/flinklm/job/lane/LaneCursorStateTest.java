package io.flinklm.job.lane;

import static io.flinklm.job.CountedText.BPTT;
import static io.flinklm.job.CountedText.LANE;
import static io.flinklm.job.CountedText.chunk;
import static io.flinklm.job.CountedText.ofPartition;
import static io.flinklm.job.CountedText.refused;
import static io.flinklm.job.CountedText.text;
import static io.flinklm.job.CountedText.unchecked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.lane.Windows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A cursor that goes on from its blob in the middle of a gap. */
class LaneCursorStateTest {
  private static final Segment FAR = new Segment(1_764_000_000, Split.TRAIN);

  private final List<LaneEvent> events = new ArrayList<>();

  @Test
  void inTheMiddleOfAGapTheFirstPlaceIsKept() throws MisplacedException {
    goOn(read(inAGap()), text(6, 9), text(9, 13));

    assertThat(events).containsExactly(chunk(1, false), chunk(2, false));
  }

  @Test
  void soIsTheSecond() throws MisplacedException {
    goOn(read(inAGap()), text(12, 17), text(17, 21));

    assertThat(events)
        .containsExactly(refused(Reason.BESIDE_A_HOLE, 1), chunk(3, true), chunk(4, false));
  }

  @Test
  void soIsThatTextWithoutAPositionMayNotFollow() throws MisplacedException {
    goOn(read(inAGap()), unchecked(text(6, 13)));

    assertThat(events)
        .containsExactly(
            refused(Reason.BESIDE_A_HOLE, 1), refused(Reason.BESIDE_A_HOLE, 2), chunk(2, true));
  }

  @Test
  void thereIsNoThirdPlace() throws MisplacedException {
    LaneCursor cursor = read(inAGap());

    assertThatThrownBy(() -> goOn(cursor, text(15, 16)))
        .hasMessage("gap: lane 3, epoch 0 train, expected position 6 or 12, found 15");
  }

  @Test
  void aFarSegmentStaysDoubtedAndIsConfirmedBehindARestart() throws MisplacedException {
    goOn(read(inDoubt()), text(6, 9));
    goOn(read(inDoubt()), text(FAR, 3, 9));

    assertThat(events)
        .containsExactly(
            chunk(1, false),
            refused(Reason.TAIL, 1),
            refused(Reason.BESIDE_A_HOLE, 1),
            chunk(FAR, 1, true));
  }

  @Test
  void thePartitionIsKept() throws MisplacedException {
    byte[] ofTwo = inDoubt();
    assertThat(read(ofTwo).leavesPartition(ofPartition(2, unchecked(text(6, 9))))).isFalse();
    assertThat(read(ofTwo).leavesPartition(ofPartition(5, text(6, 9)))).isFalse();
    assertThat(read(ofTwo).leavesPartition(ofPartition(5, unchecked(text(6, 9))))).isTrue();
  }

  /** A cursor that has taken the positions 0 to 5 of partition 2 and one of a far segment. */
  static byte[] inDoubt() throws MisplacedException {
    LaneCursor cursor = new LaneCursor(LANE, new Windows(BPTT, true));
    cursor.accept(ofPartition(2, text(0, 6)), event -> {});
    assertThatThrownBy(() -> cursor.accept(ofPartition(2, text(FAR, 0, 3)), event -> {}))
        .isInstanceOf(MisplacedException.class);
    return cursor.write();
  }

  /** A cursor that has taken the positions 0 to 5 and refused 9 to 11. */
  static byte[] inAGap() throws MisplacedException {
    LaneCursor cursor = new LaneCursor(LANE, new Windows(BPTT, true));
    cursor.accept(text(0, 6), event -> {});
    assertThatThrownBy(() -> cursor.accept(text(9, 12), event -> {}))
        .isInstanceOf(MisplacedException.class);
    return cursor.write();
  }

  private static LaneCursor read(byte[] blob) {
    return LaneCursor.read(LANE, new Windows(BPTT, true), id -> 1, blob);
  }

  private void goOn(LaneCursor cursor, LaneText.OfLane... texts) throws MisplacedException {
    for (LaneText.OfLane text : texts) {
      cursor.accept(text, events::add);
    }
  }
}
