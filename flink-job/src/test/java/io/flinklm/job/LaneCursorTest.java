package io.flinklm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.Blob.RefusedException;
import io.flinklm.job.LaneCursor.MisplacedException;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One lane, windows of four. The token at position p is p itself, which shows where it came from.
 */
class LaneCursorTest {
  private static final int LANE = 3;
  private static final int BPTT = 4;
  private static final Segment TRAIN = Segment.FIRST;
  private static final Segment VALID = new Segment(0, Split.VALID);

  /** A position so far that its window has no number. */
  private static final long NO_WINDOW = (long) BPTT * Integer.MAX_VALUE;

  private final LaneCursor cursor = new LaneCursor(LANE, BPTT, true);
  private final List<LaneEvent> events = new ArrayList<>();

  @Test
  void theLastTargetOfAChunkIsTheFirstInputOfTheNext() throws MisplacedException {
    accept(text(0, 13));

    assertThat(events)
        .containsExactly(
            LaneEvent.of(new Chunk(LANE, TRAIN, 0, true, new int[] {0, 1, 2, 3, 4})),
            LaneEvent.of(new Chunk(LANE, TRAIN, 1, false, new int[] {4, 5, 6, 7, 8})),
            LaneEvent.of(new Chunk(LANE, TRAIN, 2, false, new int[] {8, 9, 10, 11, 12})));
  }

  @Test
  void aChunkWaitsForItsLastTarget() throws MisplacedException {
    accept(text(0, 4));
    assertThat(events).isEmpty();

    accept(text(4, 5));
    assertThat(events).containsExactly(chunk(0, true));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 16, 41})
  void recordsOfAnySizeGiveTheSameChunks(int size) throws MisplacedException {
    for (int from = 0; from < 41; from += size) {
      accept(text(from, Math.min(41, from + size)));
    }

    assertThat(events).isEqualTo(tenChunks());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 41})
  void soDoRecordsWithoutPositions(int size) throws MisplacedException {
    for (int from = 0; from < 41; from += size) {
      accept(unchecked(text(from, Math.min(41, from + size))));
    }

    assertThat(events).isEqualTo(tenChunks());
  }

  @Test
  void emptyTextChangesNothing() throws MisplacedException {
    accept(text(0, 3), text(3, 3), unchecked(text(3, 3)), text(3, 5));

    assertThat(events).containsExactly(chunk(0, true));
  }

  @Test
  void aNewSegmentStartsFreshAndRefusesTheTailOfTheOneBefore() throws MisplacedException {
    accept(text(0, 7), text(VALID, 0, 5));

    assertThat(events)
        .containsExactly(chunk(0, true), refused(Reason.TAIL, 2), chunk(VALID, 0, true));
  }

  @Test
  void aTailThatIsInNoChunkIsRefusedWhole() throws MisplacedException {
    accept(text(0, 3), text(VALID, 0, 4));
    cursor.end(events::add);

    assertThat(events).containsExactly(refused(Reason.TAIL, 3), refused(Reason.TAIL, 4));
  }

  @Test
  void aSegmentThatEndsWithAChunkHasNoTail() throws MisplacedException {
    accept(text(0, 5));
    cursor.end(events::add);

    assertThat(events).containsExactly(chunk(0, true));
  }

  @Test
  void aRepeatedRecordIsDroppedAndCounted() throws MisplacedException {
    accept(text(0, 6), text(2, 6), text(0, 6), text(6, 9));

    assertThat(events)
        .containsExactly(
            chunk(0, true),
            refused(Reason.REPEATED, 4),
            refused(Reason.REPEATED, 6),
            chunk(1, false));
  }

  @Test
  void ofARecordThatIsRepeatedInPartTheRestIsTaken() throws MisplacedException {
    accept(text(0, 6), text(4, 9));

    assertThat(events)
        .containsExactly(chunk(0, true), refused(Reason.REPEATED, 2), chunk(1, false));
  }

  @Test
  void aGapIsRefusedAndSaysWhatWasExpected() throws MisplacedException {
    accept(text(0, 6));
    events.clear();

    assertThatThrownBy(() -> accept(text(9, 12)))
        .isInstanceOf(MisplacedException.class)
        .hasMessage("gap: lane 3, epoch 0 train, expected position 6, found 9");
    assertThat(events)
        .as("position 4 was the last target of chunk 0, 5 is lost with the gap")
        .containsExactly(refused(Reason.GAP, 3), refused(Reason.BESIDE_A_HOLE, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 11, 12, 13, 14})
  void behindAGapTheLaneGoesOnFreshAtTheNextBorder(int end) throws MisplacedException {
    accept(text(0, 6));
    assertThatThrownBy(() -> accept(text(9, end))).isInstanceOf(MisplacedException.class);
    events.clear();

    accept(text(end, 21));

    int index = (end + 3) / BPTT;
    int beside = index * BPTT - end;
    List<LaneEvent> expected = new ArrayList<>();
    if (beside > 0) {
      expected.add(refused(Reason.BESIDE_A_HOLE, beside));
    }
    for (int i = index; i < 5; i++) {
      expected.add(chunk(i, i == index));
    }
    assertThat(events).isEqualTo(expected);
  }

  @Test
  void textBeforeTheFirstBorderBehindAHoleIsRefusedRecordByRecord() throws MisplacedException {
    accept(text(0, 5), hole(TRAIN, 5, 1), text(6, 7), text(7, 10), text(10, 13));

    assertThat(events)
        .containsExactly(
            chunk(0, true),
            refused(Reason.UNKNOWN_TOKEN, 1),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.BESIDE_A_HOLE, 1),
            chunk(2, true));
  }

  @Test
  void aRefusedRecordLeavesAHole() throws MisplacedException {
    accept(text(0, 6), hole(TRAIN, 6, 3), text(9, 21));

    assertThat(events).isEqualTo(aroundTheHole());
  }

  @Test
  void soDoesOneWithoutPosition() throws MisplacedException {
    accept(unchecked(text(0, 6)), hole(TRAIN, LaneText.UNCHECKED, 3), unchecked(text(9, 21)));

    assertThat(events).isEqualTo(aroundTheHole());
  }

  @Test
  void aHoleThatIsWiderThanItsTokensIsNoGap() throws MisplacedException {
    accept(text(0, 6), hole(TRAIN, 6, 1), text(9, 21));

    assertThat(events)
        .containsExactly(
            chunk(0, true),
            refused(Reason.UNKNOWN_TOKEN, 1),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.BESIDE_A_HOLE, 3),
            chunk(3, true),
            chunk(4, false));
  }

  @Test
  void aHoleIsForgottenWhereTextFollows() throws MisplacedException {
    accept(hole(TRAIN, 0, 4), text(4, 6));

    assertThatThrownBy(() -> accept(text(7, 9)))
        .hasMessage("gap: lane 3, epoch 0 train, expected position 6, found 7");
  }

  @Test
  void anUnreadableHeaderLeavesAHoleOfUnknownPlace() throws MisplacedException {
    LaneText unreadable =
        new LaneText(LANE, null, LaneText.UNCHECKED, null, new Refusal(Reason.BAD_HEADER, 4), null);
    accept(text(0, 6), unreadable, text(10, 17));

    assertThat(events)
        .containsExactly(
            chunk(0, true),
            refused(Reason.BAD_HEADER, 4),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.BESIDE_A_HOLE, 2),
            chunk(3, true));
  }

  @Test
  void aRefusedRecordCanStartASegment() throws MisplacedException {
    accept(text(0, 6), hole(VALID, 0, 3), text(VALID, 3, 9));

    assertThat(events)
        .containsExactly(
            chunk(0, true),
            refused(Reason.TAIL, 1),
            refused(Reason.UNKNOWN_TOKEN, 3),
            refused(Reason.BESIDE_A_HOLE, 1),
            chunk(VALID, 1, true));
  }

  @Test
  void textOfASegmentThatIsOverIsLate() throws MisplacedException {
    accept(text(VALID, 0, 6));

    assertThatThrownBy(() -> accept(text(TRAIN, 0, 3)))
        .isInstanceOf(MisplacedException.class)
        .hasMessage("late: lane 3 is in epoch 0 valid already; this is epoch 0 train");
    accept(text(VALID, 6, 9));

    assertThat(events)
        .as("the segment under way goes on as if nothing had come")
        .containsExactly(chunk(VALID, 0, true), refused(Reason.LATE, 3), chunk(VALID, 1, false));
  }

  @Test
  void refusedTextOfASegmentThatIsOverLeavesNoHole() throws MisplacedException {
    accept(text(VALID, 0, 6), hole(TRAIN, 6, 3), text(VALID, 6, 9));

    assertThat(events)
        .containsExactly(
            chunk(VALID, 0, true), refused(Reason.UNKNOWN_TOKEN, 3), chunk(VALID, 1, false));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void refusedTextOfAPassedPlaceLeavesNoHole(int position) throws MisplacedException {
    accept(text(0, 6), hole(TRAIN, position, 3), text(6, 9));

    assertThat(events)
        .containsExactly(chunk(0, true), refused(Reason.UNKNOWN_TOKEN, 3), chunk(1, false));
  }

  @ParameterizedTest
  @ValueSource(longs = {NO_WINDOW, Long.MAX_VALUE / 2})
  void refusedTextWhereNoTextReachesLeavesNoHole(long position) throws MisplacedException {
    accept(text(0, 6), hole(TRAIN, position, 3), text(6, 9));

    assertThat(events)
        .containsExactly(chunk(0, true), refused(Reason.UNKNOWN_TOKEN, 3), chunk(1, false));
  }

  @ParameterizedTest
  @ValueSource(longs = {NO_WINDOW, Long.MAX_VALUE / 2})
  void textWithoutAPositionGoesOnBehindOneThatNoTextReaches(long position)
      throws MisplacedException {
    accept(text(0, 6));
    assertThatThrownBy(() -> accept(at(position, text(6, 9))))
        .hasMessage("gap: lane 3, epoch 0 train, expected position 6, found " + position);
    accept(unchecked(text(6, 13)));

    assertThat(events)
        .as("what was refused may have stood between the two: they are not trained as one")
        .containsExactly(
            chunk(0, true),
            refused(Reason.GAP, 3),
            refused(Reason.BESIDE_A_HOLE, 1),
            refused(Reason.BESIDE_A_HOLE, 2),
            chunk(2, true));
  }

  @Test
  void aBlobThatIsDamagedIsRefused() throws MisplacedException {
    accept(text(0, 7));
    byte[] blob = cursor.write();
    blob[blob.length - 1] ^= 1;

    assertThatThrownBy(() -> LaneCursor.read(LANE, BPTT, true, blob))
        .isInstanceOf(RefusedException.class)
        .hasMessage("CURS: the checksum does not match; the bytes are damaged");
  }

  private void accept(LaneText... texts) throws MisplacedException {
    for (LaneText text : texts) {
      cursor.accept(text, events::add);
    }
  }

  private static LaneText text(int from, int to) {
    return text(TRAIN, from, to);
  }

  private static LaneText text(Segment segment, int from, int to) {
    int[] tokens = IntStream.range(from, to).toArray();
    return new LaneText(LANE, segment, from, tokens, null, null);
  }

  private static LaneText unchecked(LaneText text) {
    return at(LaneText.UNCHECKED, text);
  }

  private static LaneText at(long position, LaneText text) {
    return new LaneText(LANE, text.segment(), position, text.tokens(), null, null);
  }

  private static LaneText hole(Segment segment, long position, int tokens) {
    Refusal refusal = new Refusal(Reason.UNKNOWN_TOKEN, tokens);
    return new LaneText(LANE, segment, position, null, refusal, null);
  }

  private static LaneEvent refused(Reason reason, int tokens) {
    return LaneEvent.of(LANE, new Refusal(reason, tokens));
  }

  private static LaneEvent chunk(int index, boolean fresh) {
    return chunk(TRAIN, index, fresh);
  }

  private static LaneEvent chunk(Segment segment, int index, boolean fresh) {
    int from = index * BPTT;
    int[] tokens = IntStream.rangeClosed(from, from + BPTT).toArray();
    return LaneEvent.of(new Chunk(LANE, segment, index, fresh, tokens));
  }

  private static List<LaneEvent> tenChunks() {
    return IntStream.range(0, 10).mapToObj(index -> chunk(index, index == 0)).toList();
  }

  // Positions 6, 7 and 8 were refused; the first border behind them is 12.
  private static List<LaneEvent> aroundTheHole() {
    return List.of(
        chunk(0, true),
        refused(Reason.UNKNOWN_TOKEN, 3),
        refused(Reason.BESIDE_A_HOLE, 1),
        refused(Reason.BESIDE_A_HOLE, 3),
        chunk(3, true),
        chunk(4, false));
  }
}
