package io.flinklm.job.lane;

import static io.flinklm.job.CountedText.BPTT;
import static io.flinklm.job.CountedText.LANE;
import static io.flinklm.job.CountedText.chunk;
import static io.flinklm.job.CountedText.hole;
import static io.flinklm.job.CountedText.refused;
import static io.flinklm.job.CountedText.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.job.record.RecordHeader;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.job.wire.LaneText.Tokens;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Windows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Text that was refused, mended and sent again: it fills the hole that it left, as long as nothing
 * behind the hole was taken. Each lane here has taken the positions 0 to 5 and refused 6 to 9.
 */
class LaneCursorMendedTest {
  private final LaneCursor cursor = new LaneCursor(LANE, new Windows(BPTT, true));
  private final List<LaneEvent> events = new ArrayList<>();

  @BeforeEach
  void refuseFourTokens() throws MisplacedException {
    accept(text(0, 6), hole(Segment.FIRST, 6, 4));
    events.clear();
  }

  @Test
  void itFillsTheHoleAndTheLaneGoesOnBehindIt() throws MisplacedException {
    accept(mended(6, 10), text(10, 17));

    assertThat(events)
        .containsExactly(refused(Reason.BESIDE_A_HOLE, 2), chunk(2, true), chunk(3, false));
  }

  @Test
  void itMayBeShorter() throws MisplacedException {
    accept(mended(6, 9), text(10, 17));

    assertThat(events)
        .as("the token between the two is missing")
        .containsExactly(
            refused(Reason.BESIDE_A_HOLE, 2),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.BESIDE_A_HOLE, 2),
            chunk(3, true));
  }

  @Test
  void itMayBeLonger() throws MisplacedException {
    accept(mended(6, 12), text(10, 17));

    assertThat(events)
        .containsExactly(
            refused(Reason.BESIDE_A_HOLE, 2),
            refused(Reason.REPEATED, 2),
            chunk(2, true),
            chunk(3, false));
  }

  @Test
  void theSecondOfTwoFillsItsPartAlone() throws MisplacedException {
    accept(hole(Segment.FIRST, 10, 2), mended(10, 12), text(12, 17));
    assertThatThrownBy(() -> accept(mended(6, 10)))
        .hasMessage(
            "late: lane 3, epoch 0 train, has gone on behind position 6, where this would be");

    assertThat(events)
        .containsExactly(
            refused(Reason.UNKNOWN_TOKEN, 2),
            refused(Reason.BESIDE_A_HOLE, 2),
            chunk(3, true),
            refused(Reason.LATE, 4));
  }

  @Test
  void whereTextBehindTheHoleWasTakenItIsLate() throws MisplacedException {
    accept(text(10, 13));
    assertThatThrownBy(() -> accept(mended(6, 10))).hasMessageStartingWith("late: lane 3");
    accept(text(13, 17));

    assertThat(events)
        .containsExactly(refused(Reason.BESIDE_A_HOLE, 2), refused(Reason.LATE, 4), chunk(3, true));
  }

  @Test
  void whatWasTakenBeforeIsRepeatedWhoeverSendsIt() throws MisplacedException {
    accept(text(6, 10), text(6, 10));

    assertThat(events)
        .containsExactly(refused(Reason.BESIDE_A_HOLE, 2), refused(Reason.REPEATED, 4));
  }

  @Test
  void aCursorThatWasKeptKnowsTheHole() throws MisplacedException {
    LaneCursor kept = LaneCursor.read(LANE, new Windows(BPTT, true), id -> 1, cursor.write());
    kept.accept(mended(6, 10), events::add);
    kept.accept(text(10, 13), events::add);

    assertThat(events).containsExactly(refused(Reason.BESIDE_A_HOLE, 2), chunk(2, true));
  }

  private static Tokens mended(int from, int to) {
    Tokens text = text(from, to);
    TextRecord record =
        new TextRecord(
            null, null, List.of(RecordHeader.of("redelivered_from", "text:0:7")), "text", 0, 0);
    return new Tokens(LANE, text.place(), text.tokens(), record);
  }

  private void accept(LaneText.OfLane... texts) throws MisplacedException {
    for (LaneText.OfLane text : texts) {
      cursor.accept(text, events::add);
    }
  }
}
