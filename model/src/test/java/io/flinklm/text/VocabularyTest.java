package io.flinklm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
  @TempDir Path directory;

  @Test
  void idsFollowFirstAppearance() {
    Vocabulary vocabulary = Vocabulary.of(List.of("one", ".", "two", ".", "one", "three"));

    assertThat(vocabulary.size()).isEqualTo(4);
    assertThat(List.of(vocabulary.token(0), vocabulary.token(1), vocabulary.token(2)))
        .containsExactly("one", ".", "two");
    assertThat(vocabulary.id("three")).isEqualTo(3);
  }

  @Test
  void aTokenThatIsNotThereIsAbsentEvenWithUnknown() {
    Vocabulary vocabulary = Vocabulary.of(List.of("one", Vocabulary.UNKNOWN));

    assertThat(vocabulary.id("two")).isEqualTo(Vocabulary.ABSENT);
  }

  @Test
  void theFingerprintIsOfTheTokensAndTheirOrder() {
    String fingerprint = Vocabulary.of(List.of("a", "b", "c")).fingerprint();

    assertThat(Vocabulary.of(List.of("a", "b", "b", "a", "c")).fingerprint())
        .isEqualTo(fingerprint);
    assertThat(Vocabulary.of(List.of("b", "a", "c")).fingerprint()).isNotEqualTo(fingerprint);
    assertThat(Vocabulary.of(List.of("a", "b")).fingerprint()).isNotEqualTo(fingerprint);
    assertThat(Vocabulary.of(List.of("ab", "c")).fingerprint()).isNotEqualTo(fingerprint);
  }

  @Test
  void theFingerprintIsThatOfTheFile() {
    // sha256sum of the file "a\nb\nc\n".
    assertThat(Vocabulary.of(List.of("a", "b", "c")).fingerprint())
        .isEqualTo("880553fca8fcea94e325ee2cfb48e5a985cc797f39a14cc6d3cedecfeb2ae4d2");
  }

  @Test
  void comesBackFromDisk() throws IOException {
    Vocabulary vocabulary = Vocabulary.of(List.of("zwölf", ".", "日本", "<unk>"));
    Path file = directory.resolve("vocabulary.txt");

    vocabulary.write(file);
    Vocabulary read = Vocabulary.read(file);

    assertThat(read.fingerprint()).isEqualTo(vocabulary.fingerprint());
    assertThat(read.id("日本")).isEqualTo(2);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path file = directory.resolve("nowhere.txt");

    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(UserMistake.class)
        .hasMessage("there is no vocabulary " + file);
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    Path file = file("");

    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(UserMistake.class)
        .hasMessage("the vocabulary " + file + " is empty; expected one token a line");
  }

  @Test
  void aLineWithTwoTokensIsNamed() throws IOException {
    Path file = file("one\ntwo three\n");

    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "vocabulary "
                + file
                + ", line 2: expected one token without spaces, found 'two three'");
  }

  @Test
  void anEmptyLineIsNamed() throws IOException {
    Path file = file("one\n\ntwo\n");

    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("line 2: expected one token without spaces, found ''");
  }

  @Test
  void aTokenThatCameBeforeIsNamedWithBothLines() throws IOException {
    Path file = file("one\ntwo\nthree\ntwo\n");

    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(UserMistake.class)
        .hasMessage("vocabulary " + file + ", line 4: 'two' stands in line 2 already");
  }

  @Test
  void aFileThatIsNotUtf8IsRefused() throws IOException {
    Path file = Files.write(directory.resolve("latin1.txt"), new byte[] {'z', (byte) 0xF6, '\n'});

    assertThatThrownBy(() -> Vocabulary.read(file))
        .isInstanceOf(UserMistake.class)
        .hasMessage("the vocabulary " + file + " is not UTF-8 at byte 1 of the text");
  }

  private Path file(String content) throws IOException {
    return Files.writeString(directory.resolve("vocabulary.txt"), content, StandardCharsets.UTF_8);
  }

  @Test
  void aByteOrderMarkIsLeftOutOfOneThatAPersonGivesAndSaid() throws IOException {
    List<String> notices = new ArrayList<>();
    Path file = Files.writeString(directory.resolve("given.txt"), "\ufeffone\ntwo\n");
    Vocabulary given = Vocabulary.given(file, notices::add);
    assertThat(given.toBytes()).isEqualTo("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
    assertThat(notices)
        .containsExactly(
            "the vocabulary " + file + " begins with a byte order mark, which is left out");
    assertThat(Vocabulary.read(file).token(0))
        .as("one of ours is as it was")
        .isEqualTo("\ufeffone");
  }

  @Test
  void nulIsNoPartOfATokenThatAPersonGives() throws IOException {
    Path file = Files.writeString(directory.resolve("given.txt"), "one\nt\0wo\n");
    assertThatThrownBy(() -> Vocabulary.given(file, notice -> {}))
        .isInstanceOf(UserMistake.class)
        .hasMessage("vocabulary " + file + ", line 2: NUL is no part of a token");
    assertThat(Vocabulary.read(file).size()).isEqualTo(2);
  }
}
