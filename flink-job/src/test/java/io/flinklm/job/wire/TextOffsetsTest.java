package io.flinklm.job.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.SmallText;
import io.flinklm.job.lane.Tokenize;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.state.KeptBlob;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What is told of how far the text was read, and how it is kept. */
class TextOffsetsTest {
  private static final TextOffsets KEPT = new TextOffsets(Map.of(0, 17L, 3, 4_000_000_000L));

  @Test
  void theFirstVersionIsRead() throws Exception {
    assertThat(TextOffsets.read(KeptBlob.of("offs-1.blob").bytes())).isEqualTo(KEPT);
  }

  @Test
  void aChangedFormatHasANewVersion() throws Exception {
    KeptBlob.of("offs-1.blob").requireUnchanged(KEPT.write());
  }

  @Test
  void whatIsDamagedIsRefused() throws Exception {
    KeptBlob.of("offs-1.blob").requireRefusedIfDamaged(TextOffsets::read);
  }

  @Test
  void readersKnowOfTheirOwnPartitions() {
    TextOffsets both =
        new TextOffsets(Map.of(0, 5L, 1, 7L)).and(new TextOffsets(Map.of(1, 9L, 2, 1L)));

    assertThat(both).isEqualTo(new TextOffsets(Map.of(0, 5L, 1, 9L, 2, 1L)));
  }

  @Test
  void theyAreToldBeforeABarrierAndAtTheEnd() throws Exception {
    try (OneInputStreamOperatorTestHarness<TextRecord, LaneText> harness =
        new OneInputStreamOperatorTestHarness<>(new Tokenize(SmallText.VOCABULARY, 4))) {
      harness.setup(EventType.LANE_TEXT.createSerializer(new SerializerConfigImpl()));
      harness.open();
      harness.prepareSnapshotPreBarrier(1);
      assertThat(told(harness)).as("nothing was read").isEmpty();

      harness.processElement(record(2, 40, "one"), 0);
      harness.processElement(record(1, 7, "no token"), 0);
      harness.prepareSnapshotPreBarrier(2);
      harness.processElement(record(2, 41, "one"), 0);
      harness.endInput();
      assertThat(told(harness))
          .containsExactly(
              new TextOffsets(Map.of(2, 41L, 1, 8L)), new TextOffsets(Map.of(2, 42L, 1, 8L)));
    }
  }

  private static List<TextOffsets> told(
      OneInputStreamOperatorTestHarness<TextRecord, LaneText> harness) {
    return harness.extractOutputValues().stream()
        .filter(LaneText.Offsets.class::isInstance)
        .map(told -> ((LaneText.Offsets) told).offsets())
        .toList();
  }

  private static TextRecord record(int partition, long offset, String text) {
    return new TextRecord(
        "0".getBytes(UTF_8), text.getBytes(UTF_8), null, null, null, "text", partition, offset);
  }
}
