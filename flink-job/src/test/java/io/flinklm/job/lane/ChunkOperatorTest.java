package io.flinklm.job.lane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import io.flinklm.job.SmallText;
import io.flinklm.job.record.DeadLetter;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.train.PlantedState;
import io.flinklm.job.wire.EventType;
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
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Six lanes on which everything happens, interleaved. */
class ChunkOperatorTest {
  private static final int LANES = 6;
  private static final int BPTT = 4;
  private static final int KEY_GROUPS = 16;

  private static final List<LaneText.OfLane> TEXTS = texts(new Random(0));

  @Test
  void eachLaneIsCutAsIfItWereAlone() throws Exception {
    Map<Integer, List<LaneEvent>> expected =
        IntStream.range(0, LANES)
            .boxed()
            .collect(Collectors.toMap(lane -> lane, ChunkOperatorTest::alone));

    assertThat(byLane(uninterrupted())).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, 600, 1111, 2399, 2400})
  void aRestoredOperatorGoesOnAsIfItHadNeverStopped(int stop) throws Exception {
    List<LaneEvent> events = new ArrayList<>();
    OperatorSubtaskState state;
    try (Harness before = harness(1, 0)) {
      before.open();
      feed(before, TEXTS.subList(0, stop));
      state = before.snapshot(1, 1);
      events.addAll(before.extractOutputValues());
    }
    try (Harness after = harness(1, 0)) {
      after.initializeState(state);
      after.open();
      feed(after, TEXTS.subList(stop, TEXTS.size()));
      after.endInput();
      events.addAll(after.extractOutputValues());
    }

    assertThat(events).isEqualTo(uninterrupted());
  }

  @Test
  void lanesKeepTheirPlaceWhenTheOperatorIsSplitAndJoinedAgain() throws Exception {
    int firstStop = TEXTS.size() / 3;
    int secondStop = 2 * firstStop;
    List<LaneEvent> events = new ArrayList<>();
    OperatorSubtaskState one;
    try (Harness before = harness(1, 0)) {
      before.open();
      feed(before, TEXTS.subList(0, firstStop));
      one = before.snapshot(1, 1);
      events.addAll(before.extractOutputValues());
    }
    OperatorSubtaskState[] halves = new OperatorSubtaskState[2];
    for (int subtask = 0; subtask < 2; subtask++) {
      try (Harness half = harness(2, subtask)) {
        half.initializeState(repartitioned(one, 1, 2, subtask));
        half.open();
        List<LaneText.OfLane> own = ofSubtask(TEXTS.subList(firstStop, secondStop), subtask);
        assertThat(own).as("both halves have lanes").isNotEmpty();
        feed(half, own);
        halves[subtask] = half.snapshot(2, 2);
        events.addAll(half.extractOutputValues());
      }
    }
    try (Harness joined = harness(1, 0)) {
      OperatorSubtaskState both = AbstractStreamOperatorTestHarness.repackageState(halves);
      joined.initializeState(repartitioned(both, 2, 1, 0));
      joined.open();
      feed(joined, TEXTS.subList(secondStop, TEXTS.size()));
      joined.endInput();
      events.addAll(joined.extractOutputValues());
    }

    assertThat(byLane(events)).isEqualTo(byLane(uninterrupted()));
  }

  @Test
  void theEndOfInputRefusesTheTailOfEveryLaneOnce() throws Exception {
    try (Harness harness = harness(1, 0)) {
      harness.open();
      feed(harness, List.of(text(4, 0, 7), text(0, 0, 2), text(2, 0, 5)));
      int chunks = harness.extractOutputValues().size();
      harness.endInput();

      List<LaneEvent> told = harness.extractOutputValues();
      assertThat(told.subList(chunks, told.size()))
          .containsExactly(
              LaneEvent.of(0, new Refusal(Reason.TAIL, 2, 2)),
              LaneEvent.of(4, new Refusal(Reason.TAIL, 2, 2)));
    }
  }

  @Test
  void aGapGoesToDeadLettersAsItWasReceived() throws Exception {
    LaneText.OfLane displaced = text(1, 8, 10);
    try (Harness harness = harness(1, 0)) {
      harness.open();
      feed(harness, List.of(text(1, 0, 6), text(2, 0, 3), displaced));

      assertThat(harness.getSideOutput(DeadLetter.TAG))
          .extracting(StreamRecord::getValue)
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(
              DeadLetter.of(
                  displaced.record(), "gap: lane 1, epoch 0 train, expected position 6, found 8"));
      assertThat(harness.extractOutputValues())
          .contains(LaneEvent.of(1, new Refusal(Reason.GAP, 2, 2)));
    }
  }

  @Test
  void restoredInTheMiddleOfAGapEachLaneGoesOnAtEitherPlace() throws Exception {
    List<LaneEvent> events = new ArrayList<>();
    OperatorSubtaskState state;
    try (Harness before = harness(1, 0)) {
      before.open();
      for (int lane : new int[] {1, 2}) {
        feed(before, List.of(text(lane, 0, 6), text(lane, 1000, 1003)));
      }
      state = before.snapshot(1, 1);
      events.addAll(before.extractOutputValues());
    }
    try (Harness after = harness(1, 0)) {
      after.initializeState(state);
      after.open();
      feed(after, List.of(text(1, 6, 9), text(2, 1003, 1009)));
      after.endInput();
      events.addAll(after.extractOutputValues());
      assertThat(after.getSideOutput(DeadLetter.TAG)).isNull();
    }

    assertThat(byLane(events))
        .containsEntry(
            1,
            List.of(
                chunk(1, 0, true, 0),
                LaneEvent.of(1, new Refusal(Reason.GAP, 3, 3)),
                chunk(1, 1, false, 4)))
        .containsEntry(
            2,
            List.of(
                chunk(2, 0, true, 0),
                LaneEvent.of(2, new Refusal(Reason.GAP, 3, 3)),
                LaneEvent.of(2, new Refusal(Reason.BESIDE_A_HOLE, 1, 1)),
                LaneEvent.of(2, new Refusal(Reason.BESIDE_A_HOLE, 1, 1)),
                chunk(2, 251, true, 1004)));
  }

  @Test
  void refusedTextWithoutALaneIsCountedAndLeavesNoState() throws Exception {
    Refusal refusal = new Refusal(Reason.BAD_KEY, 3, 3);
    try (Harness harness = harness(1, 0)) {
      harness.open();
      feed(harness, List.of(new LaneText.OfNoLane(refusal)));
      harness.endInput();

      assertThat(harness.extractOutputValues())
          .containsExactly(LaneEvent.of(LaneText.NO_LANE, refusal));
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void damagedStateIsRefused() throws Exception {
    byte[] blob = new LaneCursor(1, new Windows(BPTT, true)).write();
    blob[blob.length - 1] ^= 1;

    assertThatThrownBy(() -> goOnFrom(blob))
        .isInstanceOf(RefusedException.class)
        .hasMessage("CURS: the checksum does not match; the bytes are damaged");
  }

  @Test
  void stateOfANewerFormatIsRefused() {
    byte[] blob = Blob.write("CURS", 7, out -> out.writeUTF("from the future"));

    assertThatThrownBy(() -> goOnFrom(blob))
        .isInstanceOf(RefusedException.class)
        .hasMessage("CURS: format version 7 is unknown; this build reads 1 to 6");
  }

  /** Restores an operator from a checkpoint that holds the blob as the cursor of lane 1. */
  private static void goOnFrom(byte[] blob) throws Exception {
    OperatorSubtaskState state = PlantedState.ofLane("cursor", 1, blob, KEY_GROUPS);
    try (Harness harness = harness(1, 0)) {
      harness.initializeState(state);
      harness.open();
      feed(harness, List.of(text(1, 0, 3)));
    }
  }

  private static List<LaneEvent> uninterrupted() throws Exception {
    try (Harness harness = harness(1, 0)) {
      harness.open();
      feed(harness, TEXTS);
      harness.endInput();
      return harness.extractOutputValues();
    }
  }

  private static List<LaneEvent> alone(int lane) {
    List<LaneEvent> events = new ArrayList<>();
    LaneCursor cursor = new LaneCursor(lane, new Windows(BPTT, true));
    for (LaneText.OfLane text : TEXTS) {
      if (text.lane() == lane) {
        try {
          cursor.accept(text, events::add);
        } catch (MisplacedException e) {
          assertThat(e).hasMessageContaining("lane " + lane);
        }
      }
    }
    cursor.end(events::add);
    return events;
  }

  private static Map<Integer, List<LaneEvent>> byLane(List<LaneEvent> events) {
    return events.stream().collect(Collectors.groupingBy(LaneEvent::lane));
  }

  private static List<LaneText.OfLane> ofSubtask(List<LaneText.OfLane> texts, int subtask) {
    return texts.stream()
        .filter(
            text ->
                KeyGroupRangeAssignment.assignKeyToParallelOperator(text.lane(), KEY_GROUPS, 2)
                    == subtask)
        .toList();
  }

  private static OperatorSubtaskState repartitioned(
      OperatorSubtaskState state, int before, int now, int subtask) {
    return AbstractStreamOperatorTestHarness.repartitionOperatorState(
        state, KEY_GROUPS, before, now, subtask);
  }

  private static void feed(Harness harness, List<? extends LaneText> texts) throws Exception {
    for (LaneText text : texts) {
      harness.processElement(text, 0);
    }
  }

  private static LaneEvent chunk(int lane, int index, boolean fresh, int from) {
    int[] tokens = IntStream.rangeClosed(from, from + BPTT).toArray();
    return LaneEvent.of(new Chunk(lane, Segment.FIRST, index, fresh, tokens));
  }

  private static LaneText.OfLane text(int lane, int from, int to) {
    byte[] key = Integer.toString(lane).getBytes(UTF_8);
    TextRecord record = new TextRecord(key, null, "0", "train", "" + from, "text", 2, 77);
    int[] tokens = IntStream.range(from, to).toArray();
    return new LaneText.Tokens(lane, new Place(Segment.FIRST, from), tokens, record);
  }

  private static List<LaneText.OfLane> texts(Random random) {
    List<List<LaneText.OfLane>> lanes = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      lanes.add(RandomLane.of(lane, lane % 2 == 0, random).texts());
    }
    return SmallText.interleaved(lanes, random);
  }

  private static Harness harness(int parallelism, int subtask) throws Exception {
    return new Harness(parallelism, subtask);
  }

  private static final class Harness
      extends KeyedOneInputStreamOperatorTestHarness<Integer, LaneText, LaneEvent> {
    Harness(int parallelism, int subtask) throws Exception {
      super(
          new ChunkOperator(new Windows(BPTT, true), false, SmallText.VOCABULARY),
          LaneText::lane,
          Types.INT,
          KEY_GROUPS,
          parallelism,
          subtask);
      setup(EventType.LANE_EVENT.createSerializer(new SerializerConfigImpl()));
    }
  }
}
