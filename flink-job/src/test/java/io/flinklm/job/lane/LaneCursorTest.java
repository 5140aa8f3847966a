package io.flinklm.job.lane;

import static io.flinklm.job.CountedText.BPTT;
import static io.flinklm.job.CountedText.LANE;
import static io.flinklm.job.CountedText.chunk;
import static io.flinklm.job.CountedText.hole;
import static io.flinklm.job.CountedText.refused;
import static io.flinklm.job.CountedText.text;
import static io.flinklm.job.CountedText.unchecked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.lane.Windows;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lane as a model with memory has it: chunks follow each other. */
class LaneCursorTest {
  private static final Segment TRAIN = Segment.FIRST;
  private static final Segment VALID = new Segment(0, Split.VALID);

  private final LaneCursor cursor = new LaneCursor(LANE, new Windows(BPTT, true));
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
  void aRefusedRecordCanStartASegment() throws MisplacedException {
    accept(text(0, 6), hole(VALID, 0, 3), text(VALID, 3, 9));

    assertThat(events)
        .containsExactly(
            chunk(0, true),
            refused(Reason.UNKNOWN_TOKEN, 3),
            refused(Reason.TAIL, 1),
            refused(Reason.BESIDE_A_HOLE, 1),
            chunk(VALID, 1, true));
  }

  @Test
  void severalCan() throws MisplacedException {
    long none = LaneText.UNCHECKED;
    accept(text(0, 6), hole(VALID, none, 2), hole(VALID, none, 1), unchecked(text(VALID, 3, 9)));

    assertThat(events)
        .containsExactly(
            chunk(0, true),
            refused(Reason.UNKNOWN_TOKEN, 2),
            refused(Reason.UNKNOWN_TOKEN, 1),
            refused(Reason.TAIL, 1),
            refused(Reason.BESIDE_A_HOLE, 1),
            chunk(VALID, 1, true));
  }

  @Test
  void aRefusedRecordDoesNotMoveItsLaneToTheNextSegment() throws MisplacedException {
    accept(text(0, 6), hole(VALID, 0, 3), text(6, 9), text(VALID, 0, 5));

    assertThat(events)
        .containsExactly(
            chunk(0, true),
            refused(Reason.UNKNOWN_TOKEN, 3),
            chunk(1, false),
            chunk(VALID, 0, true));
  }

  @Test
  void norDoesAGap() throws MisplacedException {
    accept(text(0, 6));
    assertThatThrownBy(() -> accept(text(VALID, 7, 9)))
        .isInstanceOf(MisplacedException.class)
        .hasMessage("gap: lane 3, epoch 0 valid, expected position 0, found 7");
    accept(text(6, 9), text(VALID, 0, 5));

    assertThat(events)
        .containsExactly(
            chunk(0, true), refused(Reason.GAP, 2), chunk(1, false), chunk(VALID, 0, true));
  }

  @Test
  void whereARefusedRecordIsMendedTheSegmentBeginsAtItsBeginning() throws MisplacedException {
    accept(text(0, 5), hole(VALID, 0, 5), text(VALID, 0, 5));

    assertThat(events)
        .containsExactly(chunk(0, true), refused(Reason.UNKNOWN_TOKEN, 5), chunk(VALID, 0, true));
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

  private void accept(LaneText.OfLane... texts) throws MisplacedException {
    for (LaneText.OfLane text : texts) {
      cursor.accept(text, events::add);
    }
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
