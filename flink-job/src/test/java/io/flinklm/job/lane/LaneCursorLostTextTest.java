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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A lane that has taken the positions 0 to 5 of partition 2, of which text is lost then. */
class LaneCursorLostTextTest {
  private final List<LaneEvent> events = new ArrayList<>();
  private LaneCursor cursor = new LaneCursor(LANE, new Windows(BPTT, true));

  @BeforeEach
  void takeText() throws Exception {
    accept(ofPartition(2, text(0, 6)));
    events.clear();
  }

  @Test
  void itStartsFreshWhereverTheNextRecordIs() throws Exception {
    assertThat(cursor.loses(2)).isTrue();
    restore();
    accept(ofPartition(2, text(9, 17)));

    assertThat(events)
        .containsExactly(
            refused(Reason.BESIDE_A_HOLE, 1), refused(Reason.BESIDE_A_HOLE, 3), chunk(3, true));
    restore();
    assertThatThrownBy(() -> accept(ofPartition(2, text(19, 20))))
        .as("that is no reason to believe the next gap")
        .hasMessageContaining("expected position 17, found 19");
  }

  @Test
  void withoutAPositionItStartsFreshToo() throws Exception {
    cursor.loses(2);
    restore();
    accept(ofPartition(2, unchecked(text(6, 13))));

    assertThat(events)
        .containsExactly(
            refused(Reason.BESIDE_A_HOLE, 1), refused(Reason.BESIDE_A_HOLE, 2), chunk(2, true));
  }

  @Test
  void itGoesOnWhereThePositionShowsThatNothingIsMissing() throws Exception {
    cursor.loses(2);
    accept(ofPartition(2, text(6, 9)));

    assertThat(events).containsExactly(chunk(1, false));
  }

  @Test
  void theNextSegmentMayBeginAnywhere() throws Exception {
    Segment valid = new Segment(0, Split.VALID);
    cursor.loses(2);
    accept(ofPartition(2, text(valid, 8, 13)));

    assertThat(events).containsExactly(refused(Reason.TAIL, 1), chunk(valid, 2, true));
  }

  @Test
  void whatAnotherPartitionLosesIsNotItsOwn() {
    assertThat(cursor.loses(1)).isFalse();
    assertThatThrownBy(() -> accept(ofPartition(2, text(9, 17))))
        .isInstanceOf(MisplacedException.class);
  }

  private void restore() {
    cursor = LaneCursor.read(LANE, new Windows(BPTT, true), id -> 1, cursor.write());
  }

  private void accept(LaneText.OfLane text) throws MisplacedException {
    cursor.accept(text, events::add);
  }
}
