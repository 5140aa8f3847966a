package io.flinklm.job.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Windows;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for a lane whatever comes: nothing lost and nothing twice, no chunk across a hole, and
 * no difference whether the cursor was written and read in between.
 */
class LaneCursorStreamTest {
  private static final int LANE = 5;
  private static final int BPTT = 4;

  static List<RandomLane> lanes() {
    return IntStream.range(0, 30)
        .mapToObj(seed -> RandomLane.of(LANE, seed % 2 == 0, new Random(seed)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void everyTokenIsInAChunkOrRefusedWithItsReason(RandomLane lane) {
    List<LaneEvent> events = new ArrayList<>();
    LaneCursor cursor = new LaneCursor(LANE, new Windows(BPTT, true));
    long in = 0;
    for (LaneText.OfLane text : lane.texts()) {
      in += RandomLane.tokens(text);
      accept(cursor, text, events);
    }
    cursor.end(events::add);

    assertThat(events.stream().mapToLong(LaneCursorStreamTest::tokens).sum()).isEqualTo(in);
    assertThat(events.stream().filter(LaneEvent.Cut.class::isInstance)).hasSizeGreaterThan(50);
    if (lane.positions()) {
      assertThat(events.stream().filter(LaneEvent.Refused.class::isInstance))
          .extracting(event -> ((LaneEvent.Refused) event).refusal().reason())
          .contains(Reason.GAP, Reason.LATE, Reason.REPEATED, Reason.BESIDE_A_HOLE, Reason.TAIL);
    }
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void aChunkIsUnbrokenTextFromItsPlaceAndFreshUnlessItFollowsTheLast(RandomLane lane) {
    List<LaneEvent> events = new ArrayList<>();
    LaneCursor cursor = new LaneCursor(LANE, new Windows(BPTT, true));
    lane.texts().forEach(text -> accept(cursor, text, events));

    Chunk last = null;
    for (Chunk chunk : RandomLane.chunks(events)) {
      int first = chunk.tokens()[0];
      assertThat(chunk.tokens())
          .containsExactly(IntStream.rangeClosed(first, first + BPTT).toArray());
      if (lane.positions()) {
        assertThat(first).isEqualTo(RandomLane.token(chunk.segment(), chunk.index() * BPTT));
      }
      boolean follows =
          last != null
              && chunk.segment().equals(last.segment())
              && chunk.index() == last.index() + 1
              && first == last.tokens()[BPTT];
      if (!follows) {
        assertThat(chunk.fresh()).as("%s behind %s", chunk, last).isTrue();
      }
      if (last != null && chunk.segment().equals(last.segment())) {
        assertThat(chunk.index()).isGreaterThan(last.index());
      }
      last = chunk;
    }
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void aCursorReadFromItsBlobGoesOnInTheSameWay(RandomLane lane) {
    List<LaneEvent> expected = new ArrayList<>();
    LaneCursor left = new LaneCursor(LANE, new Windows(BPTT, true));
    List<LaneEvent> events = new ArrayList<>();
    LaneCursor interrupted = new LaneCursor(LANE, new Windows(BPTT, true));
    for (LaneText.OfLane text : lane.texts()) {
      String error = accept(left, text, expected);
      interrupted = LaneCursor.read(LANE, new Windows(BPTT, true), id -> 1, interrupted.write());

      assertThat(accept(interrupted, text, events)).isEqualTo(error);
    }
    left.end(expected::add);
    interrupted.end(events::add);

    assertThat(events).isEqualTo(expected);
  }

  /** Returns why the text was misplaced; null if it was not. */
  private static String accept(LaneCursor cursor, LaneText.OfLane text, List<LaneEvent> events) {
    List<LaneEvent> more = new ArrayList<>();
    String error = null;
    try {
      cursor.accept(text, more::add);
    } catch (MisplacedException e) {
      error = e.getMessage();
    }
    boolean misplaced =
        more.stream()
            .filter(LaneEvent.Refused.class::isInstance)
            .map(event -> ((LaneEvent.Refused) event).refusal().reason())
            .anyMatch(reason -> reason == Reason.GAP || reason == Reason.LATE);
    assertThat(error != null)
        .as("a dead letter for each gap and each late record")
        .isEqualTo(misplaced);
    events.addAll(more);
    return error;
  }

  private static long tokens(LaneEvent event) {
    return event instanceof LaneEvent.Cut cut
        ? cut.chunk().newTokens()
        : ((LaneEvent.Refused) event).refusal().tokens();
  }
}
