package io.flinklm.job.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Windows;
import io.flinklm.topics.TextReading.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lane for a model without memory: samples of three inputs and a target, none overlaps. */
class LaneCursorSamplesTest {
  private static final int LANE = 2;
  private static final int BPTT = 3;

  private final LaneCursor cursor = new LaneCursor(LANE, new Windows(BPTT, false));
  private final List<LaneEvent> events = new ArrayList<>();

  @Test
  void aSampleBeginsBehindTheTargetOfTheOneBefore() throws MisplacedException {
    accept(text(0, 9));

    assertThat(events)
        .containsExactly(
            LaneEvent.of(new Chunk(LANE, Segment.FIRST, 0, true, new int[] {0, 1, 2, 3})),
            LaneEvent.of(new Chunk(LANE, Segment.FIRST, 1, true, new int[] {4, 5, 6, 7})));
  }

  @Test
  void whatFillsNoSampleIsTheTail() throws MisplacedException {
    accept(text(0, 9));
    events.clear();
    cursor.end(events::add);

    assertThat(events).containsExactly(LaneEvent.of(LANE, new Refusal(Reason.TAIL, 1, 1)));
  }

  @Test
  void behindAHoleTheNextSampleKeepsItsPlace() throws MisplacedException {
    Refusal refusal = new Refusal(Reason.UNKNOWN_TOKEN, 2, 2);
    LaneText.OfLane hole =
        new LaneText.Refused(LANE, Optional.of(new Place(Segment.FIRST, 5)), refusal, null);
    accept(text(0, 5), hole, text(7, 12));

    assertThat(events)
        .containsExactly(
            chunk(0),
            LaneEvent.of(LANE, refusal),
            LaneEvent.of(LANE, new Refusal(Reason.BESIDE_A_HOLE, 1, 1)),
            LaneEvent.of(LANE, new Refusal(Reason.BESIDE_A_HOLE, 1, 1)),
            chunk(2));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everyTokenIsInOneSampleOrRefused(long seed) {
    RandomLane lane = RandomLane.of(LANE, seed % 2 == 0, new Random(seed));
    LaneCursor interrupted = cursor;
    long in = 0;
    for (LaneText.OfLane text : lane.texts()) {
      in += RandomLane.tokens(text);
      try {
        interrupted.accept(text, events::add);
      } catch (MisplacedException e) {
        assertThat(e).hasMessageContaining("lane " + LANE);
      }
      interrupted = LaneCursor.read(LANE, new Windows(BPTT, false), id -> 1, interrupted.write());
    }
    interrupted.end(events::add);

    long out = 0;
    for (LaneEvent event : events) {
      out += event instanceof LaneEvent.Refused of ? of.refusal().tokens() : BPTT + 1;
    }
    assertThat(out).isEqualTo(in);
    assertThat(RandomLane.chunks(events)).hasSizeGreaterThan(50).allMatch(Chunk::fresh);
  }

  private void accept(LaneText.OfLane... texts) throws MisplacedException {
    for (LaneText.OfLane text : texts) {
      cursor.accept(text, events::add);
    }
  }

  private static LaneText.OfLane text(int from, int to) {
    int[] tokens = IntStream.range(from, to).toArray();
    return new LaneText.Tokens(LANE, new Place(Segment.FIRST, from), tokens, null);
  }

  private static LaneEvent chunk(int index) {
    int from = index * (BPTT + 1);
    int[] tokens = IntStream.rangeClosed(from, from + BPTT).toArray();
    return LaneEvent.of(new Chunk(LANE, Segment.FIRST, index, true, tokens));
  }
}
