package io.flinklm.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  @TempDir private Path folder;
  private Path file;
  private final List<String> notices = new ArrayList<>();

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("text.txt");
  }

  private Corpus read(String text) throws IOException {
    return Corpus.read(Files.writeString(file, text), TokenizerChoice.WORDS, notices::add);
  }

  private static List<String> words(Corpus corpus) {
    return Words.of(corpus.text(0, corpus.size()));
  }

  @Test
  void aFileIsCutAtWhiteSpace() throws IOException {
    Corpus corpus = read("  the cat\tsat\r\non the\n\nmät 🐈 ");
    assertThat(words(corpus)).containsExactly("the", "cat", "sat", "on", "the", "mät", "🐈");
    assertThat(corpus.tokenizer().size()).isEqualTo(6);
    assertThat(corpus.ids(corpus.tokenizer())).containsExactly(0, 1, 2, 3, 0, 4, 5);
  }

  @Test
  void tokensAndLettersOnTheBordersOfItsPiecesStayWhole() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 400_000; i++) {
      text.append("zwölf🐈").append(i % 1_013).append(i % 3 == 0 ? "\n" : " ");
    }
    assertThat(words(read(text.toString()))).isEqualTo(Words.of(text.toString()));
  }

  @Test
  void aTokenLongerThanAPieceStaysWhole() throws IOException {
    String token = "ä".repeat(900_000);
    assertThat(words(read("a " + token + "\tb"))).isEqualTo(List.of("a", token, "b"));
  }

  @Test
  void aTokenThatNoRecordCanHoldIsAMistakeBeforeAllOfItIsRead() throws IOException {
    assertThatThrownBy(() -> read("a " + "x".repeat(5_000_000) + " b"))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "the corpus %s has a token of more than 1000000 characters before byte 1048576, and no"
                + " record of Kafka holds that; divide it by white space",
            file);
  }

  @Test
  void bytesThatAreNotUtf8AreNamedByTheirPlace() throws IOException {
    String before = "one ".repeat(500_000);
    Files.write(file, (before + "zwölf").getBytes(ISO_8859_1));
    assertThatThrownBy(() -> Corpus.read(file, TokenizerChoice.WORDS, notices::add))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("not UTF-8 at byte 2000002;");
  }

  @Test
  void aByteOrderMarkIsLeftOutAndSaid() throws IOException {
    assertThat(words(read("\ufeffone two\ufeff"))).containsExactly("one", "two\ufeff");
    assertThat(notices)
        .containsExactly(
            "the corpus " + file + " begins with a byte order mark, which is left out");
    assertThatThrownBy(() -> read("\ufeff \n"))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining(file + " is empty");
  }

  @Test
  void utf16IsNamed() throws IOException {
    for (Charset charset : List.of(UTF_16BE, UTF_16LE)) {
      Files.writeString(file, "\ufeffone two", charset);
      assertThatThrownBy(() -> Corpus.read(file, TokenizerChoice.WORDS, notices::add))
          .isInstanceOf(UserMistake.class)
          .hasMessage("the corpus %s is UTF-16; convert it to UTF-8", file);
      Files.writeString(file, "one two", charset);
      assertThatThrownBy(() -> Corpus.read(file, TokenizerChoice.WORDS, notices::add))
          .isInstanceOf(UserMistake.class)
          .hasMessage(
              "the corpus %s has NUL at byte %d: it seems to be UTF-16; convert it to UTF-8",
              file, charset.equals(UTF_16BE) ? 0 : 1);
    }
  }

  @Test
  void nulIsNamedByItsPlace() {
    assertThatThrownBy(() -> read("one ".repeat(500_000) + "\0"))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "the corpus %s has NUL at byte 2000000: it is no plain text; convert it to UTF-8",
            file);
  }

  @Test
  void aLetterCutOffByTheEndIsNamedByItsPlace() throws IOException {
    byte[] bytes = "one zwö".getBytes(UTF_8);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> Corpus.read(file, TokenizerChoice.WORDS, notices::add))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("not UTF-8 at byte 6;");
  }

  @Test
  void anEmptyFileIsAMistake() {
    for (String text : List.of("", " \n\t\r\n")) {
      assertThatThrownBy(() -> read(text))
          .isInstanceOf(UserMistake.class)
          .hasMessageContaining(file + " is empty");
    }
  }

  @Test
  void aFileThatCannotBeReadIsAMistake() {
    assertThatThrownBy(
            () -> Corpus.read(folder.resolve("absent.txt"), TokenizerChoice.WORDS, notices::add))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("absent.txt: there is no such file");
    assertThatThrownBy(() -> Corpus.read(folder, TokenizerChoice.WORDS, notices::add))
        .isInstanceOf(UserMistake.class)
        .hasMessage("the corpus " + folder + " is a directory; give a file in it");
  }

  @Test
  void aTokenOutsideTheVocabularyIsNamedByItsPlace() throws IOException {
    Corpus corpus = read("one two one three four");
    Tokenizer tokenizer = WordTokenizer.of(List.of("one", "two", "four"));
    assertThatThrownBy(() -> corpus.ids(tokenizer))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "the corpus %s: token 4, 'three', is not in the vocabulary of 3 tokens, which has no"
                + " <unk>; add one of the two",
            file);
  }

  @Test
  void aTokenOutsideTheVocabularyBecomesUnknownIfItCan() throws IOException {
    Tokenizer tokenizer = WordTokenizer.of(List.of("four", "<unk>", "one"));
    assertThat(read("one two one three four").ids(tokenizer)).containsExactly(2, 1, 2, 1, 0);
  }
}
