package io.flinklm.job.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.record.RecordHeader;
import io.flinklm.job.record.TextRecord;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.ChunkBytes;
import io.flinklm.lane.Refusal;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.lane.Segment;
import io.flinklm.lane.Split;
import io.flinklm.net.MachineKind;
import io.flinklm.stream.StreamChunk;
import io.flinklm.stream.StreamEnd;
import io.flinklm.text.TextTokens;
import io.flinklm.topics.TextReading.Place;
import io.flinklm.train.ByteNumbers;
import io.flinklm.train.CodeLength;
import io.flinklm.train.Report;
import io.flinklm.train.TrainingNumbers;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What travels between operators arrives as it left, whichever parts of it are missing. */
class EventTypeTest {
  private static final byte[] NO_TEXT = {(byte) 0xc3, 0, '1'};
  private static final TextOffsets OFFSETS = new TextOffsets(Map.of(0, 5L, 3, 1L << 40));
  private static final TextRecord BARE = new TextRecord(null, null, null, null, null, "text", 0, 0);
  private static final TextRecord FULL =
      new TextRecord(
          NO_TEXT,
          new byte[0],
          List.of(
              RecordHeader.of("epoch", "x".repeat(70_000)),
              RecordHeader.of("\ud83d\ude00", "vålid"),
              new RecordHeader("epoch", NO_TEXT),
              new RecordHeader("", null)),
          "t",
          3,
          1L << 40,
          1L << 41);

  private static Stream<LaneText> texts() {
    Segment valid = new Segment(Integer.MAX_VALUE, Split.VALID);
    int[] tokens = {0, -1, Integer.MAX_VALUE};
    Place far = new Place(Segment.FIRST, 1L << 40);
    return Stream.of(
        new LaneText.Tokens(3, far, tokens, FULL),
        new LaneText.Tokens(3, new Place(valid, LaneText.UNCHECKED), new int[0], BARE),
        new LaneText.Tokens(3, far, new int[] {7, 8, 9}, new int[] {254, 255, 1_000_000}, BARE),
        new LaneText.Refused(3, Optional.of(far), new Refusal(Reason.LATE, 9, 9), FULL),
        new LaneText.Refused(3, Optional.empty(), new Refusal(Reason.BAD_TEXT, 0, 0), null),
        new LaneText.Tokens(3, far, tokens, FULL.asBehindLostText()),
        new LaneText.OfNoLane(new Refusal(Reason.BAD_KEY, 9, 70)),
        new LaneText.Lost(3, 2),
        new LaneText.Offsets(OFFSETS),
        new LaneText.Offsets(TextOffsets.none()));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void textArrivesAsItLeft(LaneText text) throws Exception {
    assertThat(sent(text, EventType.LANE_TEXT)).usingRecursiveComparison().isEqualTo(text);
  }

  private static Stream<LaneEvent> events() {
    Segment valid = new Segment(4, Split.VALID);
    return Stream.of(
        LaneEvent.of(new Chunk(63, Segment.FIRST, 0, true, new int[] {1, 2, 3})),
        LaneEvent.of(new Chunk(0, valid, Integer.MAX_VALUE, false, new int[] {0})),
        LaneEvent.of(
            new Chunk(1, valid, 2, false, new int[] {0, 4}, new ChunkBytes(7, 1 << 20, 4))),
        LaneEvent.of(LaneText.NO_LANE, new Refusal(Reason.BAD_KEY, 0, 0)),
        LaneEvent.of(OFFSETS));
  }

  @ParameterizedTest
  @MethodSource("events")
  void whatALaneTellsArrivesAsItLeft(LaneEvent event) throws Exception {
    assertThat(sent(event, EventType.LANE_EVENT)).usingRecursiveComparison().isEqualTo(event);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void soDoesEveryReason(Reason reason) throws Exception {
    LaneEvent event = LaneEvent.of(1, new Refusal(reason, 2, 2));
    assertThat(sent(event, EventType.LANE_EVENT)).isEqualTo(event);
  }

  private static Stream<StreamLine> lines() {
    TextTokens tokens = new TextTokens(new int[] {0, 255, 7}, new int[] {254, 255, 1_000_000});
    return Stream.of(
        new StreamLine.Tokens(
            "key \u00ff\u0000" + "x".repeat(70_000), 1L << 40, tokens, 9, 3, 1L << 41),
        new StreamLine.Tokens("partition 3", -1, TextTokens.NONE, 0, 3, 0),
        new StreamLine.Refused(new Refusal(Reason.BAD_TEXT, 9, 70)),
        new StreamLine.Offsets(OFFSETS));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void textOfAStreamArrivesAsItLeft(StreamLine line) throws Exception {
    assertThat(sent(line, EventType.STREAM_LINE)).usingRecursiveComparison().isEqualTo(line);
  }

  private static Stream<StreamEvent> streamEvents() {
    Chunk chunk =
        new Chunk(0, Segment.FIRST, 2, false, new int[] {0, 4}, new ChunkBytes(7, 1 << 20, 4));
    return Stream.of(
        new StreamEvent.Cut(new StreamChunk("key \u00ff", -1, 1L << 40, chunk)),
        new StreamEvent.Ended(new StreamEnd("key a", Long.MAX_VALUE, 3, 4)),
        new StreamEvent.Refused(new Refusal(Reason.SILENT, 3, 4)),
        new StreamEvent.Offsets(OFFSETS));
  }

  @ParameterizedTest
  @MethodSource("streamEvents")
  void whatAStreamTellsArrivesAsItLeft(StreamEvent event) throws Exception {
    assertThat(sent(event, EventType.STREAM_EVENT)).isEqualTo(event);
  }

  private static Stream<ScoreEvent> scoreEvents() {
    TextRun ofLane = TextRun.of(63, new Segment(4, Split.VALID));
    TextRun ofStream = TextRun.of("key \u00ff", -1);
    return Stream.of(
        new RecordPlace(ofLane, 1L << 40, 1L << 41, -1, -1),
        new RecordPlace(ofStream, 0, 7, 3, 1L << 40),
        new ChunkSurprisals(ofStream, 9, new int[] {0, 255}, new float[] {1e-9f, 3}, 1L << 40),
        new ChunkSurprisals(ofLane, 9, new int[0], new float[0], 0),
        new ScoreEvent.Ended(TextOwner.stream("partition 3"), Long.MAX_VALUE));
  }

  @ParameterizedTest
  @MethodSource("scoreEvents")
  void whatRecordsAreScoredByArrivesAsItLeft(ScoreEvent event) throws Exception {
    assertThat(sent(event, EventType.SCORE_EVENT)).usingRecursiveComparison().isEqualTo(event);
  }

  private static Stream<Report> reports() {
    double none = Double.NaN;
    TrainingNumbers numbers =
        new TrainingNumbers(
            "vålid",
            1L << 40,
            3,
            "train",
            5,
            64,
            0.1 + 0.2,
            1e-300,
            none,
            none,
            none,
            0.01,
            0.5,
            7L << 40,
            9,
            Map.of("tail", 1L << 40, "gap", 3L),
            new ByteNumbers(
                2.25, 1e-300, none, 7L << 40, 9, Map.of("tail", 8L << 40), new CodeLength(9, 0.1)),
            2.5);
    MachineKind machine = new MachineKind("a processor", "AVX512", "PyTorch");
    return Stream.of(
        new Report.Step(numbers, null),
        new Report.SegmentEnd(numbers, "c0ffee"),
        new Report.RunEnd(numbers, "c0ffee", "4f0c", "51a7", machine),
        new Report.RunEnd(numbers, null, null, null, null),
        new Report.Standing(numbers, "c0ffee", "4f0c", machine));
  }

  @ParameterizedTest
  @MethodSource("reports")
  void aReportArrivesAsItLeft(Report report) throws Exception {
    assertThat(sent(report, EventType.REPORT)).isEqualTo(report);
  }

  @Test
  void aTypeIsEqualToWhatFlinkHasOfItInAnotherProcess() throws Exception {
    EventType<LaneText> other = InstantiationUtil.clone(EventType.LANE_TEXT);
    assertThat(other).isEqualTo(EventType.LANE_TEXT).isNotEqualTo(EventType.LANE_EVENT);
    assertThat(other.hashCode()).isEqualTo(EventType.LANE_TEXT.hashCode());
  }

  /** Sends an event, with another behind it, through the bytes of its type. */
  private static <T> T sent(T event, EventType<T> type) throws IOException {
    TypeSerializer<T> serializer = type.createSerializer(new SerializerConfigImpl());
    DataOutputSerializer first = new DataOutputSerializer(16);
    serializer.serialize(event, first);
    first.writeInt(42);
    DataOutputSerializer copied = new DataOutputSerializer(16);
    serializer.copy(new DataInputDeserializer(first.getCopyOfBuffer()), copied);
    copied.writeInt(42);
    assertThat(copied.getCopyOfBuffer()).isEqualTo(first.getCopyOfBuffer());
    DataInputDeserializer in = new DataInputDeserializer(copied.getCopyOfBuffer());
    T arrived = serializer.deserialize(in);
    assertThat(in.readInt()).isEqualTo(42);
    assertThat(in.available()).isZero();
    return arrived;
  }
}
