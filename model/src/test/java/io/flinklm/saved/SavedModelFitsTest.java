package io.flinklm.saved;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.net.AwdDropout;
import io.flinklm.net.NetConfig;
import io.flinklm.text.ByteTokenizer;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.WordTokenizer;
import io.flinklm.train.Replication;
import io.flinklm.train.WrittenModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SavedModelFitsTest {
  private static final NetConfig NET = WrittenModel.NET;
  private static final Tokenizer TOKENIZER = WrittenModel.VOCABULARY;
  private static final Tokenizer OTHER = WordTokenizer.of(List.of("a", "b"));
  private static final SavedModel SAVED =
      new SavedModel(
          Path.of("out"),
          new ModelConfig(
              NET, 16, 64, 1, Replication.NONE, 1, 7, "", "words", TOKENIZER.fingerprint()),
          WrittenModel.VOCABULARY,
          Map.of());

  @Test
  void theSameModelFits() {
    assertThatCode(() -> SAVED.requireFits(NET, TOKENIZER)).doesNotThrowAnyException();
  }

  @Test
  void dropoutMayDiffer() {
    NetConfig other = new NetConfig("lmmodel7", 5, 4, 1, 0);

    assertThatCode(() -> SAVED.requireFits(other, TOKENIZER)).doesNotThrowAnyException();
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
  void anotherEmbeddingDoesNotFit() {
    assertRefused(
        new NetConfig("lmmodel6", 5, 4, 1, 0.4, 9, AwdDropout.usual("lmmodel6", 0)),
        "model: expected lmmodel6, found lmmodel7; embedding: expected 9, found 4");
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
    assertThatThrownBy(() -> SAVED.requireFits(NET, OTHER))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "the model in out does not fit: vocabulary: expected words, 2 tokens with the"
                + " fingerprint "
                + OTHER.fingerprint()
                + ", found words, 5 tokens with the fingerprint "
                + TOKENIZER.fingerprint());
  }

  @Test
  void aTokenizerOfAnotherKindDoesNotFit() {
    NetConfig other = new NetConfig("lmmodel7", 256, 4, 1, 0.4);

    assertThatThrownBy(() -> SAVED.requireFits(other, new ByteTokenizer()))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("vocabulary: expected bytes, 256 tokens")
        .hasMessageContaining("found words, 5 tokens");
  }

  private static void assertRefused(NetConfig wanted, String difference) {
    assertThatThrownBy(() -> SAVED.requireFits(wanted, TOKENIZER))
        .isInstanceOf(UserMistake.class)
        .hasMessage("the model in out does not fit: " + difference);
  }
}
