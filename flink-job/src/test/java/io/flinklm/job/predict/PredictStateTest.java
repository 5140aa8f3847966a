package io.flinklm.job.predict;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.SmallText;
import io.flinklm.job.state.KeptBlob;
import io.flinklm.lane.HiddenState;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import io.flinklm.predict.LoadedModel.Frame;
import io.flinklm.predict.Memory;
import io.flinklm.predict.Prompt;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The blobs of {@code predict}: those of today, and those that there ever were. */
class PredictStateTest {
  private static final SessionState SESSION =
      new SessionState(
          "lmmodel7, hidden 3, layers 1, vocabulary 0a87",
          new Memory(
              new HiddenState(List.of(new float[] {0.5f, -1, 2}, new float[] {0.25f, 3, -0.125f})),
              new int[] {7, 4}),
          1_700_000_000_123L);
  private static final WaitingPrompt WAITING =
      new WaitingPrompt(new byte[] {'s', -1, 0}, new Prompt("a-1", "one é", 8, 0.5, 40, -3));
  private static final WaitingPrompt WITHOUT_SESSION =
      new WaitingPrompt(null, new Prompt("", "", 20, 0, 0, 0));

  @Test
  void allOfItIsReadBack() {
    assertThat(SessionState.read(SESSION.write())).isEqualTo(SESSION);
    assertReadBack(WAITING);
    assertReadBack(WITHOUT_SESSION);
    // Longer than Java's own format of a text can be.
    assertReadBack(new WaitingPrompt(null, new Prompt("a", "é".repeat(60_000), 8, 0, 0, 0)));
  }

  private static void assertReadBack(WaitingPrompt prompt) {
    assertThat(WaitingPrompt.read(prompt.write())).usingRecursiveComparison().isEqualTo(prompt);
  }

  @Test
  void theFormatOfASessionIsThatOfItsVersion() throws IOException {
    KeptBlob kept = KeptBlob.of("sess-2.blob");

    kept.requireUnchanged(SESSION.write());
    assertThat(SessionState.read(kept.bytes())).isEqualTo(SESSION);
    kept.requireRefusedIfDamaged(SessionState::read);
  }

  @Test
  void aSessionOfTheFirstVersionWasUsedAtNoKnownTime() throws IOException {
    assertThat(SessionState.read(KeptBlob.of("sess-1.blob").bytes()))
        .isEqualTo(new SessionState(SESSION.model(), SESSION.memory(), 0));
  }

  @Test
  void theFormatOfAWaitingPromptIsThatOfItsVersion() throws IOException {
    KeptBlob kept = KeptBlob.of("wait-1.blob");

    kept.requireUnchanged(WAITING.write());
    assertThat(WaitingPrompt.read(kept.bytes())).usingRecursiveComparison().isEqualTo(WAITING);
    kept.requireRefusedIfDamaged(WaitingPrompt::read);
  }

  @Test
  void anotherModelOrVocabularyHasAnotherName() {
    NetConfig net = new NetConfig("lmmodel7", SmallText.VOCABULARY.size(), 8, 2, 0.4);
    assertThat(SessionState.model(new Frame(net, Cell.ENGINE, 16, SmallText.VOCABULARY)))
        .isEqualTo(
            "lmmodel7, hidden 8, layers 2, vocabulary " + SmallText.VOCABULARY.fingerprint());
  }
}
