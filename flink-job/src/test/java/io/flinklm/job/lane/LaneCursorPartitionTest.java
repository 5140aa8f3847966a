package io.flinklm.job.lane;

import static io.flinklm.job.CountedText.BPTT;
import static io.flinklm.job.CountedText.LANE;
import static io.flinklm.job.CountedText.chunk;
import static io.flinklm.job.CountedText.hole;
import static io.flinklm.job.CountedText.ofPartition;
import static io.flinklm.job.CountedText.refused;
import static io.flinklm.job.CountedText.text;
import static io.flinklm.job.CountedText.unchecked;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.state.KeptBlob;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Windows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Text of one lane from several partitions: which of it came first, nothing says. */
class LaneCursorPartitionTest {
  private final LaneCursor cursor = new LaneCursor(LANE, new Windows(BPTT, true));
  private final List<LaneEvent> events = new ArrayList<>();

  @Test
  void withPositionsItIsOneText() throws MisplacedException {
    accept(ofPartition(0, text(0, 6)), ofPartition(1, text(6, 8)), ofPartition(0, text(8, 13)));

    assertThat(events).containsExactly(chunk(0, true), chunk(1, false), chunk(2, false));
  }

  @Test
  void withoutThemItStartsFresh() throws MisplacedException {
    accept(ofPartition(0, unchecked(text(0, 6))), ofPartition(1, unchecked(text(6, 13))));

    assertThat(events)
        .containsExactly(
            chunk(0, true),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.BESIDE_A_HOLE, 2),
            chunk(2, true));
  }

  @Test
  void textOfTheSamePartitionGoesOnBehindIt() throws MisplacedException {
    accept(
        ofPartition(0, unchecked(text(0, 6))),
        ofPartition(1, unchecked(text(6, 10))),
        ofPartition(1, unchecked(text(10, 13))));

    assertThat(events).endsWith(chunk(2, true));
    assertThat(cursor.leavesPartition(ofPartition(1, unchecked(text(13, 14))))).isFalse();
  }

  @Test
  void refusedTextOfAnotherPartitionLeavesTheLaneWhereItIs() throws MisplacedException {
    accept(
        ofPartition(0, unchecked(text(0, 6))),
        ofPartition(1, hole(Segment.FIRST, LaneText.UNCHECKED, 3)),
        ofPartition(0, unchecked(text(9, 13))));

    assertThat(events)
        .containsExactly(
            chunk(0, true),
            refused(Reason.UNKNOWN_TOKEN, 3),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.BESIDE_A_HOLE, 3));
  }

  @Test
  void ofACursorOfAnOlderBuildThePartitionIsNotKnown() throws Exception {
    LaneCursor old =
        LaneCursor.read(
            LANE, new Windows(BPTT, true), id -> 1, KeptBlob.of("curs-2-text.blob").bytes());

    assertThat(old.leavesPartition(ofPartition(7, unchecked(text(11, 13))))).isFalse();
  }

  private void accept(LaneText.OfLane... texts) throws MisplacedException {
    for (LaneText.OfLane text : texts) {
      cursor.accept(text, events::add);
    }
  }
}
