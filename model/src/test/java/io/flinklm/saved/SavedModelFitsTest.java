package io.flinklm.saved;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.net.NetConfig;
import io.flinklm.train.WrittenModel;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SavedModelFitsTest {
  private static final NetConfig NET = WrittenModel.NET;
  private static final String FINGERPRINT = WrittenModel.VOCABULARY.fingerprint();
  private static final SavedModel SAVED =
      new SavedModel(
          Path.of("out"),
          new ModelConfig(NET, 16, 64, 1, 7, "", FINGERPRINT),
          WrittenModel.VOCABULARY,
          Map.of());

  @Test
  void theSameModelFits() {
    assertThatCode(() -> SAVED.requireFits(NET, FINGERPRINT)).doesNotThrowAnyException();
  }

  @Test
  void dropoutMayDiffer() {
    NetConfig other = new NetConfig("lmmodel7", 5, 4, 1, 0);

    assertThatCode(() -> SAVED.requireFits(other, FINGERPRINT)).doesNotThrowAnyException();
  }

  @Test
  void anotherModelDoesNotFit() {
    assertRefused(new NetConfig("gru", 5, 4, 1, 0.4), "model: expected gru, found lmmodel7");
  }

  @Test
  void anotherWidthDoesNotFit() {
    assertRefused(new NetConfig("lmmodel7", 5, 64, 1, 0.4), "hidden: expected 64, found 4");
  }

  @Test
  void anotherNumberOfLayersDoesNotFit() {
    assertRefused(new NetConfig("lmmodel7", 5, 4, 2, 0.4), "layers: expected 2, found 1");
  }

  @Test
  void allThatDiffersIsNamed() {
    assertRefused(
        new NetConfig("lmmodel7", 5, 64, 2, 0.4),
        "hidden: expected 64, found 4; layers: expected 2, found 1");
  }

  @Test
  void anotherVocabularyDoesNotFit() {
    assertThatThrownBy(() -> SAVED.requireFits(NET, "abc"))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "the model in out does not fit: vocabulary: expected 5 tokens with the fingerprint"
                + " abc, found 5 tokens with the fingerprint "
                + FINGERPRINT);
  }

  @Test
  void aVocabularyOfAnotherSizeDoesNotFit() {
    NetConfig other = new NetConfig("lmmodel7", 30, 4, 1, 0.4);

    assertThatThrownBy(() -> SAVED.requireFits(other, "abc"))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("vocabulary: expected 30 tokens")
        .hasMessageContaining("found 5 tokens");
  }

  private static void assertRefused(NetConfig wanted, String difference) {
    assertThatThrownBy(() -> SAVED.requireFits(wanted, FINGERPRINT))
        .isInstanceOf(UserMistake.class)
        .hasMessage("the model in out does not fit: " + difference);
  }
}
