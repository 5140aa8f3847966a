package io.flinklm.job.lane;

import static io.flinklm.job.CountedText.BPTT;
import static io.flinklm.job.CountedText.LANE;
import static io.flinklm.job.CountedText.NO_WINDOW;
import static io.flinklm.job.CountedText.at;
import static io.flinklm.job.CountedText.chunk;
import static io.flinklm.job.CountedText.hole;
import static io.flinklm.job.CountedText.refused;
import static io.flinklm.job.CountedText.text;
import static io.flinklm.job.CountedText.unchecked;
import static io.flinklm.job.CountedText.unreadable;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A position ahead of the text: lost text, behind which the lane goes on, or a wrong header, after
 * which it goes on where it was. Each lane here has taken the positions 0 to 5: of them 4 was the
 * last target of chunk 0, and 5 is in no chunk yet.
 */
class LaneCursorGapTest {
  private static final Segment TRAIN = Segment.FIRST;
  private static final Segment VALID = new Segment(0, Split.VALID);
  private static final Segment FAR = new Segment(1_764_000_000, Split.TRAIN);

  private final LaneCursor cursor = new LaneCursor(LANE, new Windows(BPTT, true));
  private final List<LaneEvent> events = new ArrayList<>();

  @BeforeEach
  void takeSixTokens() throws MisplacedException {
    accept(text(0, 6));
    assertThat(events).containsExactly(chunk(0, true));
    events.clear();
  }

  @Test
  void theRecordThatShowsItIsRefusedAndToldWhatWasExpected() {
    gap("6, found 9", text(9, 12));

    assertThat(events).containsExactly(refused(Reason.GAP, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 11, 12, 13, 14})
  void behindLostTextTheLaneGoesOnFreshAtTheNextBorder(int end) throws MisplacedException {
    gap("6, found 9", text(9, end));
    events.clear();

    accept(text(end, 21));

    int index = (end + 3) / BPTT;
    int beside = index * BPTT - end;
    List<LaneEvent> expected = new ArrayList<>();
    expected.add(refused(Reason.BESIDE_A_HOLE, 1));
    if (beside > 0) {
      expected.add(refused(Reason.BESIDE_A_HOLE, beside));
    }
    for (int i = index; i < 5; i++) {
      expected.add(chunk(i, i == index));
    }
    assertThat(events).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 1_000, 4_000_000_000L, NO_WINDOW - 8, NO_WINDOW, Long.MAX_VALUE / 2})
  void afterAWrongPositionTheLaneGoesOnAsIfItHadNotCome(long wrong) throws MisplacedException {
    gap("6, found " + wrong, at(wrong, text(6, 9)));
    accept(text(6, 9), text(9, 13));

    assertThat(events).containsExactly(refused(Reason.GAP, 3), chunk(1, false), chunk(2, false));
  }

  @Test
  void eachWrongPositionCostsNoMoreThanItsRecord() throws MisplacedException {
    gap("6, found 1000", at(1_000, text(0, 2)));
    gap("6 or 1002, found 2000", at(2_000, text(0, 3)));
    accept(text(6, 8));
    gap("8, found 2003", at(2_003, text(0, 4)));
    accept(text(8, 13));

    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 2),
            refused(Reason.GAP, 3),
            refused(Reason.GAP, 4),
            chunk(1, false),
            chunk(2, false));
  }

  @Test
  void textThatIsLostAgainMovesThePlaceBehindIt() throws MisplacedException {
    gap("6, found 9", text(9, 12));
    gap("6 or 12, found 15", text(15, 16));
    accept(text(16, 21));

    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 3),
            refused(Reason.GAP, 1),
            refused(Reason.BESIDE_A_HOLE, 1),
            chunk(4, true));
  }

  @Test
  void theRecordThatShowedItShowsItAgain() throws MisplacedException {
    gap("6, found 9", text(9, 12));
    gap("6 or 12, found 9", text(9, 12));
    accept(text(12, 17));

    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 3),
            refused(Reason.GAP, 3),
            refused(Reason.BESIDE_A_HOLE, 1),
            chunk(3, true));
  }

  @Test
  void aProducerThatGoesBackToWhatWasLostLosesNothing() throws MisplacedException {
    gap("6, found 9", text(9, 12));
    accept(text(4, 9), text(9, 13));

    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 3), refused(Reason.REPEATED, 2), chunk(1, false), chunk(2, false));
  }

  @Test
  void textThatGoesOnHasDecided() throws MisplacedException {
    gap("6, found 9", text(9, 12));
    accept(text(6, 8));
    gap("8, found 12", text(12, 14));
    accept(text(14, 17), text(8, 14));

    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 3),
            refused(Reason.GAP, 2),
            refused(Reason.BESIDE_A_HOLE, 3),
            refused(Reason.BESIDE_A_HOLE, 2),
            refused(Reason.REPEATED, 6));
  }

  @Test
  void repeatedAndEmptyTextDecidesNothing() throws MisplacedException {
    gap("6, found 9", text(9, 12));
    accept(text(0, 6), text(6, 6), text(12, 12), unchecked(text(6, 6)));
    gap("6 or 12, found 16", text(16, 17));
    accept(text(6, 9));

    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 3),
            refused(Reason.REPEATED, 6),
            refused(Reason.GAP, 1),
            chunk(1, false));
  }

  @Test
  void aNewSegmentHasOnePlace() throws MisplacedException {
    gap("6, found 9", text(9, 12));
    assertThatThrownBy(() -> accept(text(VALID, 12, 14)))
        .hasMessage("gap: lane 3, epoch 0 valid, expected position 0, found 12");
    accept(text(VALID, 0, 6));

    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 3),
            refused(Reason.GAP, 2),
            refused(Reason.TAIL, 1),
            chunk(VALID, 0, true));
  }

  @Test
  void aSegmentWhoseBeginningIsLostGoesOnBehindItToo() throws MisplacedException {
    assertThatThrownBy(() -> accept(text(VALID, 6, 8)))
        .hasMessage("gap: lane 3, epoch 0 valid, expected position 0, found 6");
    accept(text(VALID, 8, 13));

    assertThat(events)
        .containsExactly(refused(Reason.GAP, 2), refused(Reason.TAIL, 1), chunk(VALID, 2, true));
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 1_000, NO_WINDOW, Long.MAX_VALUE / 2})
  void textWithoutAPositionGoesOnWhereTheLaneWasButFresh(long position) throws MisplacedException {
    gap("6, found " + position, at(position, text(6, 9)));
    accept(unchecked(text(6, 13)));

    assertThat(events)
        .as("what was refused may have stood between the two: they are not trained as one")
        .containsExactly(
            refused(Reason.GAP, 3),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.BESIDE_A_HOLE, 2),
            chunk(2, true));
  }

  @Test
  void whereNoTextReachesItDoesNotGoOn() throws MisplacedException {
    gap("6, found " + (NO_WINDOW - 2), at(NO_WINDOW - 2, text(6, 8)));
    gap("6 or " + NO_WINDOW + ", found " + NO_WINDOW, at(NO_WINDOW, text(8, 9)));
    accept(text(6, 9));

    assertThat(events)
        .containsExactly(refused(Reason.GAP, 2), refused(Reason.GAP, 1), chunk(1, false));
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 1_000, NO_WINDOW, Long.MAX_VALUE / 2})
  void refusedTextAheadMayHaveAWrongPositionToo(long position) throws MisplacedException {
    accept(hole(TRAIN, position, 3), text(6, 9));

    assertThat(events).containsExactly(refused(Reason.UNKNOWN_TOKEN, 3), chunk(1, false));
  }

  @Test
  void orStandBehindLostText() throws MisplacedException {
    accept(hole(TRAIN, 9, 3), text(12, 17));

    assertThat(events)
        .containsExactly(
            refused(Reason.UNKNOWN_TOKEN, 3), refused(Reason.BESIDE_A_HOLE, 1), chunk(3, true));
  }

  @Test
  void refusedTextThatIsNextDecides() throws MisplacedException {
    gap("6, found 20", text(20, 22));
    accept(hole(TRAIN, 6, 6));
    gap("12, found 22", text(22, 24));
    accept(text(12, 17));

    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 2),
            refused(Reason.UNKNOWN_TOKEN, 6),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.GAP, 2),
            chunk(3, true));
  }

  @Test
  void textThatIsMissingBehindAHoleIsAGap() throws MisplacedException {
    accept(hole(TRAIN, 6, 1));
    gap("7, found 9", text(9, 12));
    accept(text(12, 17));

    assertThat(events)
        .containsExactly(
            refused(Reason.UNKNOWN_TOKEN, 1),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.GAP, 3),
            chunk(3, true));
  }

  @Test
  void unreadableHeadersLeaveAHoleThatMayBeNext() throws MisplacedException {
    accept(unreadable(4), unreadable(2), text(12, 17));

    assertThat(events)
        .containsExactly(
            refused(Reason.BAD_HEADER, 4),
            refused(Reason.BAD_HEADER, 2),
            refused(Reason.BESIDE_A_HOLE, 1),
            chunk(3, true));
  }

  @Test
  void orNone() throws MisplacedException {
    accept(unreadable(4), text(6, 9));

    assertThat(events).containsExactly(refused(Reason.BAD_HEADER, 4), chunk(1, false));
  }

  @Test
  void textWithoutAPositionIsFreshBehindThem() throws MisplacedException {
    accept(unreadable(4), unchecked(text(6, 13)));

    assertThat(events)
        .containsExactly(
            refused(Reason.BAD_HEADER, 4),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.BESIDE_A_HOLE, 2),
            chunk(2, true));
  }

  @Test
  void oneFarSegmentCostsNoMoreThanItsRecord() throws MisplacedException {
    farGap(text(FAR, 6, 9));
    accept(text(9, 13));
    farGap(text(FAR, 0, 2));
    accept(text(13, 17));

    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 3),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.BESIDE_A_HOLE, 3),
            refused(Reason.GAP, 2),
            chunk(3, true));
  }

  @Test
  void norDoesOneThatIsSentAgain() throws MisplacedException {
    farGap(text(FAR, 0, 3));
    farGap(text(FAR, 0, 3));
    accept(text(6, 9));

    assertThat(events)
        .containsExactly(refused(Reason.GAP, 3), refused(Reason.GAP, 3), chunk(1, false));
  }

  @Test
  void norOnesBetweenWhichTextGoesOn() throws MisplacedException {
    farGap(text(FAR, 0, 3));
    accept(text(6, 9));
    farGap(text(FAR, 3, 6));
    accept(text(9, 13));

    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 3), chunk(1, false), refused(Reason.GAP, 3), chunk(2, false));
  }

  @Test
  void aFarSegmentIsEnteredWhereASecondRecordGoesOnInIt() throws MisplacedException {
    farGap(text(FAR, 0, 3));
    accept(text(FAR, 3, 13));
    assertThatThrownBy(() -> accept(text(6, 9)))
        .hasMessage("late: lane 3 is in epoch 1764000000 train already; this is epoch 0 train");

    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 3),
            refused(Reason.TAIL, 1),
            refused(Reason.BESIDE_A_HOLE, 1),
            chunk(FAR, 1, true),
            chunk(FAR, 2, false),
            refused(Reason.LATE, 3));
  }

  @Test
  void textWithoutAPositionConfirmsItToo() throws MisplacedException {
    farGap(unchecked(text(FAR, 0, 3)));
    accept(unchecked(text(FAR, 3, 13)));

    assertThat(events)
        .containsExactly(
            refused(Reason.GAP, 3),
            refused(Reason.TAIL, 1),
            refused(Reason.BESIDE_A_HOLE, 1),
            chunk(FAR, 1, true),
            chunk(FAR, 2, false));
  }

  @Test
  void refusedTextOfAFarSegmentDoesNotMoveTheLane() throws MisplacedException {
    accept(hole(FAR, 6, 3), text(9, 13), hole(FAR, 0, 3), hole(FAR, 3, 1), text(FAR, 4, 9));

    assertThat(events)
        .containsExactly(
            refused(Reason.UNKNOWN_TOKEN, 3),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.BESIDE_A_HOLE, 3),
            refused(Reason.UNKNOWN_TOKEN, 3),
            refused(Reason.UNKNOWN_TOKEN, 1),
            refused(Reason.TAIL, 1),
            chunk(FAR, 1, true));
  }

  private void farGap(LaneText.OfLane text) {
    assertThatThrownBy(() -> accept(text))
        .isInstanceOf(MisplacedException.class)
        .hasMessage(
            "gap: lane 3 is in epoch 0 train; this is epoch 1764000000 train, and no record before"
                + " it was, behind which it goes on");
  }

  private void gap(String expectedAndFound, LaneText.OfLane text) {
    assertThatThrownBy(() -> accept(text))
        .isInstanceOf(MisplacedException.class)
        .hasMessage("gap: lane 3, epoch 0 train, expected position " + expectedAndFound);
  }

  private void accept(LaneText.OfLane... texts) throws MisplacedException {
    for (LaneText.OfLane text : texts) {
      cursor.accept(text, events::add);
    }
  }
}
