package io.flinklm.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NormalizationTest {
  private static final Normalization BOTH = new Normalization(true, true);

  @TempDir private Path folder;

  private Corpus read(String text, TokenizerKind kind, Normalization normalization)
      throws Exception {
    Path file = Files.writeString(folder.resolve("text.txt"), text);
    return Corpus.read(file, TokenizerChoice.of(kind).with(normalization), notice -> {});
  }

  @Test
  void lettersAndTheirMarksBecomeOneAndCapitalsSmall() throws Exception {
    Corpus corpus = read("Ko\u0308ln und KÖLN", TokenizerKind.CHARACTERS, BOTH);
    assertThat(corpus.text(0, corpus.size())).isEqualTo("köln und köln");
    assertThat(corpus.size()).isEqualTo(13);
    assertThat(corpus.learned().ids("KO\u0308")).isEqualTo(corpus.learned().ids("kö"));
    assertThat(corpus.learned().count("KO\u0308".getBytes(UTF_8))).isEqualTo(2);

    Corpus words = read("The the THE", TokenizerKind.WORDS, new Normalization(false, true));
    assertThat(words.learned().size()).isEqualTo(1);
    assertThat(words.ids(words.learned())).containsExactly(0, 0, 0);
  }

  @Test
  void itIsPartOfTheTokenizer() throws Exception {
    Corpus plain = read("the loop", TokenizerKind.WORDS, Normalization.NONE);
    Corpus lowered = read("the loop", TokenizerKind.WORDS, BOTH);
    assertThat(plain.learned().fingerprint()).isNotEqualTo(lowered.learned().fingerprint());
    assertThat(lowered.learned().name().label()).isEqualTo("words nfc lowercase");
    assertThat(plain.learned().name().label()).isEqualTo("words");
    Files.write(folder.resolve("vocabulary.txt"), lowered.learned().toBytes());
    for (String name : List.of("words nfc lowercase", "words lowercase", "words nfc", "words")) {
      assertThat(TokenizerName.of(name).label()).isEqualTo(name);
    }
    assertThat(TokenizerName.of("words nfc lowercase").read(folder).fingerprint())
        .isEqualTo(lowered.learned().fingerprint());
    assertThat(TokenizerName.of("words nfc lowercase").read(folder).ids("The")).containsExactly(0);
    assertThatThrownBy(() -> TokenizerName.of("words loud")).isInstanceOf(UserMistake.class);
  }

  @Test
  void whatIsDoneOnceIsDone() {
    Random random = new Random(3);
    int[] limits = {0x7f, 0x7ff, 0xffff, 0x10ffff};
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(6); left > 0; left--) {
        text.appendCodePoint(1 + random.nextInt(limits[random.nextInt(4)]));
      }
      String once = BOTH.apply(new String(text.toString().getBytes(UTF_8), UTF_8));
      assertThat(BOTH.apply(once)).isEqualTo(once);
    }
  }

  @Test
  void bytesThatAreNoTextStayNone() {
    Tokenizer tokenizer = BOTH.before(WordTokenizer.of(List.of("a")));
    assertThatThrownBy(() -> tokenizer.ids(new byte[] {'a', (byte) 0xff}))
        .isInstanceOf(UnreadableTextException.class);
    assertThat(tokenizer.whyUnreadable(new byte[] {'a', (byte) 0xff})).isPresent();
  }

  @Test
  void whatHasItsOwnIsRefused() {
    assertThatThrownBy(() -> TokenizerChoice.of(TokenizerKind.BYTES).with(BOTH))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "--tokenizer bytes takes them as they are: leave out --normalize and --lowercase");
    Tokenizer subwords = SubwordTokenizerTest.fixture("unigram");
    assertThatThrownBy(() -> TokenizerChoice.of(subwords).with(BOTH))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "a tokenizer.json has its own normalizer: leave out --normalize and --lowercase");
  }
}
