package io.flinklm.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CharacterTokenizerTest {
  private static final CharacterTokenizer SOME =
      new CharacterTokenizer(new int[] {'ö', 0x65e5, 'ä', 0x1f600});

  @TempDir private Path folder;

  @Test
  void asciiIsItsBytesAndOthersHaveIdsOfTheirOwn() throws Exception {
    assertThat(SOME.size()).isEqualTo(260);
    assertThat(SOME.ids("aö\n日".getBytes(UTF_8))).containsExactly('a', 256, '\n', 257);
    assertThat(SOME.token(258)).isEqualTo("ä");
    assertThat(SOME.token('a')).isEqualTo("a");
    assertThat(SOME.token(0xe6)).isEqualTo("<0xE6>");
  }

  @Test
  void aRareCharacterIsItsBytes() throws Exception {
    assertThat(SOME.ids("x本y".getBytes(UTF_8))).containsExactly('x', 0xe6, 0x9c, 0xac, 'y');
    assertThat(SOME.count("x本y".getBytes(UTF_8))).isEqualTo(5);
  }

  @Test
  void anyValidTextComesBack() throws Exception {
    Random random = new Random(3);
    for (int i = 0; i < 3_000; i++) {
      String text = randomText(random);
      byte[] bytes = text.getBytes(UTF_8);
      int[] ids = SOME.ids(bytes);
      assertThat(SOME.bytes(ids)).isEqualTo(bytes);
      assertThat(SOME.text(ids)).isEqualTo(text);
      assertThat(SOME.ids(text)).isEqualTo(ids);
      assertThat(SOME.count(bytes)).isEqualTo(ids.length);
      assertThat(new ByteTokenizer().bytes(new ByteTokenizer().ids(bytes))).isEqualTo(bytes);
      assertThat(TokenizerKind.CHARACTERS.count(bytes))
          .isEqualTo(text.codePointCount(0, text.length()));
    }
  }

  private static String randomText(Random random) {
    int[] limits = {0x7f, 0x7ff, 0xffff, 0x10ffff};
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(12); left > 0; left--) {
      int point = 1 + random.nextInt(limits[random.nextInt(4)]);
      boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
      text.appendCodePoint(surrogate ? "ö日ä😀".codePointAt(random.nextInt(3)) : point);
    }
    return text.toString();
  }

  @Test
  void bytesThatAreNoTextAreRefusedByTheirPlace() {
    byte[][] wrong = {
      {'a', (byte) 0xff},
      {'a', (byte) 0x80},
      {'a', (byte) 0xc0, (byte) 0x80},
      {'a', (byte) 0xed, (byte) 0xa0, (byte) 0x80},
      {'a', (byte) 0xe6, (byte) 0x97, 'b'},
      {'a', (byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}
    };
    for (byte[] text : wrong) {
      assertThatThrownBy(() -> SOME.ids(text))
          .isInstanceOf(UnreadableTextException.class)
          .hasMessage("not UTF-8 at byte 1 of the text");
      assertThat(SOME.whyUnreadable(text)).hasValue("not UTF-8 at byte 1 of the text");
      assertThat(new ByteTokenizer().whyUnreadable(text)).isEmpty();
    }
    assertThatThrownBy(() -> SOME.ids(new byte[] {'a', 0}))
        .isInstanceOf(UnreadableTextException.class);
  }

  @Test
  void aPieceMayBeginAndEndWithinARareCharacter() throws Exception {
    byte[] text = "本ö本".getBytes(UTF_8);
    int[] ids = SOME.ids(text);
    for (int cut = 0; cut <= ids.length; cut++) {
      byte[] first = SOME.bytes(Arrays.copyOf(ids, cut));
      byte[] second = SOME.bytes(Arrays.copyOfRange(ids, cut, ids.length));
      assertThat(SOME.ids(first)).isEqualTo(Arrays.copyOf(ids, cut));
      assertThat(SOME.ids(second)).isEqualTo(Arrays.copyOfRange(ids, cut, ids.length));
      assertThat(SOME.count(first) + SOME.count(second)).isEqualTo(ids.length);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"characters", "bytes"})
  void whatWasWrittenIsRead(String label) throws Exception {
    TokenizerKind kind = TokenizerKind.of(label);
    Tokenizer written = kind == TokenizerKind.BYTES ? new ByteTokenizer() : SOME;
    Path file = Files.write(folder.resolve("vocabulary.txt"), written.toBytes());

    Tokenizer read = kind.read(file);

    assertThat(read.fingerprint()).isEqualTo(written.fingerprint()).startsWith(label);
    assertThat(read.size()).isEqualTo(written.size());
    assertThat(read.ids("zö本\u2028")).isEqualTo(written.ids("zö本\u2028"));
  }

  @Test
  void theOrderOfTheCharactersIsPartOfTheFingerprint() {
    CharacterTokenizer other = new CharacterTokenizer(new int[] {0x65e5, 'ö', 'ä', 0x1f600});
    assertThat(other.fingerprint()).isNotEqualTo(SOME.fingerprint());
  }

  @Test
  void aFileOfAnotherKindIsAMistake() throws Exception {
    Path words = Files.writeString(folder.resolve("words.txt"), "one\ntwo\n");
    assertThatThrownBy(() -> TokenizerKind.CHARACTERS.read(words))
        .isInstanceOf(UserMistake.class)
        .hasMessage("vocabulary %s, line 1: expected <0x00>, found 'one'", words);
    String file = new String(SOME.toBytes(), UTF_8);
    Path twice = Files.writeString(folder.resolve("twice.txt"), file + "ä\n");
    assertThatThrownBy(() -> TokenizerKind.CHARACTERS.read(twice))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "vocabulary %s, line 261: expected one character beyond ASCII that no line before has,"
                + " found 'ä'",
            twice);
  }

  @Test
  void theTextChoosesTheCharacters() throws Exception {
    Path file = Files.writeString(folder.resolve("text.txt"), "\ufeffäöä 日本 ä öä\r\n日");
    List<String> notices = new ArrayList<>();

    Corpus all = Corpus.read(file, TokenizerChoice.of(TokenizerKind.CHARACTERS), notices::add);
    Corpus two =
        Corpus.read(
            file,
            new TokenizerChoice(TokenizerKind.CHARACTERS, OptionalInt.of(2), Optional.empty()),
            notices::add);

    assertThat(all.tokenizer().size()).isEqualTo(260);
    assertThat(all.text(0, all.size())).isEqualTo("äöä 日本 ä öä\r\n日");
    assertThat(all.id(0)).isEqualTo(256);
    assertThat(two.tokenizer().token(256)).isEqualTo("ä");
    assertThat(two.tokenizer().token(257)).as("two of each, the first counts").isEqualTo("ö");
    assertThat(two.text(0, two.size())).isEqualTo("äöä 日本 ä öä\r\n日");
    assertThat(notices).hasSize(2).allMatch(notice -> notice.contains("byte order mark"));
  }

  @Test
  void aPromptBeginsAndEndsWithWholeCharacters() {
    byte[] text = ("x" + "日".repeat(100)).getBytes(UTF_8);
    byte[] cut = Arrays.copyOfRange(text, 2, text.length - 1);
    assertThat(TokenizerKind.BYTES.beginning(cut)).isEqualTo("日".repeat(40));
  }
}
