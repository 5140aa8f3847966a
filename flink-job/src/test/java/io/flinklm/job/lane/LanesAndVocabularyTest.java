package io.flinklm.job.lane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import io.flinklm.job.SmallText;
import io.flinklm.job.record.TextRecord;
import io.flinklm.job.state.KeptBlob;
import io.flinklm.job.wire.LaneText;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** A job that goes on reads text as it did before, or not at all. */
class LanesAndVocabularyTest {
  private static final LanesAndVocabulary KEPT = new LanesAndVocabulary(64, "a fingerprint");
  private static final Tokenizer OTHER = WordTokenizer.of(List.of("one", "zero"));

  @Test
  void theFirstVersionIsRead() throws Exception {
    KEPT.requireSame(KeptBlob.of("text-1.blob").bytes());
  }

  @Test
  void aChangedFormatHasANewVersion() throws Exception {
    KeptBlob.of("text-1.blob").requireUnchanged(KEPT.write());
  }

  @Test
  void whatIsDamagedIsRefused() throws Exception {
    KeptBlob.of("text-1.blob").requireRefusedIfDamaged(KEPT::requireSame);
  }

  @Test
  void anUnknownVersionIsRefused() {
    assertThatThrownBy(() -> KEPT.requireSame(Blob.write("TEXT", 2, out -> out.writeInt(64))))
        .isInstanceOf(RefusedException.class)
        .hasMessage("TEXT: format version 2 is unknown; this build reads 1 to 1");
  }

  @Test
  void theCheckpointOfAnotherVocabularyIsRefusedBeforeAnythingIsRead() throws Exception {
    OperatorSubtaskState checkpoint = checkpoint(1, 0, null);

    assertThatThrownBy(() -> goOn(checkpoint, OTHER, 4))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "the text was read with another vocabulary (fingerprint): expected "
                + OTHER.fingerprint()
                + ", found "
                + SmallText.VOCABULARY.fingerprint());
  }

  @Test
  void soIsThatOfAnotherNumberOfLanes() throws Exception {
    OperatorSubtaskState checkpoint = checkpoint(1, 0, null);

    assertThatThrownBy(() -> goOn(checkpoint, SmallText.VOCABULARY, 5))
        .isInstanceOf(RefusedException.class)
        .hasMessage("the text was read with another number of lanes: expected 5, found 4");
  }

  @Test
  void howManySubtasksReadMayChange() throws Exception {
    OperatorSubtaskState both =
        AbstractStreamOperatorTestHarness.repackageState(
            checkpoint(2, 0, null), checkpoint(2, 1, null));
    OperatorSubtaskState joined = checkpoint(1, 0, repartitioned(both, 2, 1, 0));
    for (int subtask = 0; subtask < 3; subtask++) {
      OperatorSubtaskState third = repartitioned(joined, 1, 3, subtask);

      assertThat(checkpoint(3, subtask, third).getManagedOperatorState()).isNotEmpty();
      assertThatThrownBy(() -> goOn(third, OTHER, 4)).isInstanceOf(RefusedException.class);
    }
  }

  private static OperatorSubtaskState repartitioned(
      OperatorSubtaskState state, int before, int now, int subtask) {
    return AbstractStreamOperatorTestHarness.repartitionOperatorState(
        state, 128, before, now, subtask);
  }

  private static OperatorSubtaskState checkpoint(
      int parallelism, int subtask, OperatorSubtaskState from) throws Exception {
    try (var harness = harness(SmallText.VOCABULARY, 4, parallelism, subtask)) {
      if (from != null) {
        harness.initializeState(from);
      }
      harness.open();
      harness.processElement(record(), 0);
      return harness.snapshot(1, 1);
    }
  }

  private static void goOn(OperatorSubtaskState checkpoint, Tokenizer tokenizer, int laneCount)
      throws Exception {
    try (var harness = harness(tokenizer, laneCount, 1, 0)) {
      harness.initializeState(checkpoint);
    }
  }

  private static TextRecord record() {
    return new TextRecord(
        "0".getBytes(UTF_8), "one two".getBytes(UTF_8), null, null, null, "text", 0, 0);
  }

  private static OneInputStreamOperatorTestHarness<TextRecord, LaneText> harness(
      Tokenizer tokenizer, int laneCount, int parallelism, int subtask) throws Exception {
    return new OneInputStreamOperatorTestHarness<>(
        new Tokenize(tokenizer, laneCount), 128, parallelism, subtask);
  }
}
