package io.flinklm.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordTokenizerTest {
  private static final Tokenizer CLOSED = WordTokenizer.of(List.of("one", ".", "two", "three"));
  private static final Tokenizer OPEN = WordTokenizer.of(List.of("one", "<unk>", "two"));

  @Test
  void aMessageIsALine() {
    Tokenizer tokenizer = WordTokenizer.of(List.of("a"));
    assertThatThrownBy(() -> tokenizer.ids("x".repeat(900_000)))
        .isInstanceOf(UnknownTokenException.class)
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(300));
  }

  @Test
  void tokensAreTheRunsBetweenWhiteSpace() {
    assertThat(Words.of(" one  .\ttwo\nthree\r\n\u000b\f!"))
        .containsExactly("one", ".", "two", "three", "!");
    assertThat(Words.of("one")).containsExactly("one");
    assertThat(Words.of(" \n ")).isEmpty();
    assertThat(Words.of("")).isEmpty();
  }

  @Test
  void onlyAsciiWhiteSpaceSeparates() {
    // No-break space, next line, ideographic space: inside a token, as in the bytes.
    assertThat(Words.of("a\u00a0b\u0085c\u3000d")).hasSize(1);
  }

  @Test
  void tokensBecomeTheirIdsAndIdsTheirTokens() throws Exception {
    assertThat(CLOSED.ids("one . two . three")).containsExactly(0, 1, 2, 1, 3);
    assertThat(CLOSED.text(new int[] {0, 1, 2})).isEqualTo("one . two");
    assertThat(CLOSED.ids("")).isEmpty();
  }

  @Test
  void anUnknownTokenBecomesUnkWhereTheVocabularyHasIt() throws Exception {
    assertThat(OPEN.ids("one nine two")).containsExactly(0, 1, 2);
  }

  @Test
  void anUnknownTokenRefusesTheTextWhereItHasNot() {
    assertThatThrownBy(() -> CLOSED.ids("one . nine"))
        .isInstanceOf(UnknownTokenException.class)
        .hasMessage("token 3, 'nine', is not in the vocabulary, which has no <unk>");
  }

  @Test
  void validUtf8IsDecoded() throws Exception {
    assertThat(Utf8.decode("zwölf 日本 🂡".getBytes(UTF_8))).isEqualTo("zwölf 日本 🂡");
    assertThat(Utf8.decode(new byte[0])).isEmpty();
  }

  @Test
  void aByteThatIsNoUtf8IsNamedByItsPlace() {
    assertUnreadableAt(2, 'a', 'b', 0xFF, 'c');
    assertUnreadableAt(0, 0x80);
    // A Latin-1 letter, an overlong slash, half of a surrogate pair.
    assertUnreadableAt(1, 'z', 0xF6, 'l', 'f');
    assertUnreadableAt(3, 'a', ' ', 'b', 0xC0, 0xAF);
    assertUnreadableAt(0, 0xED, 0xA0, 0x80);
  }

  @Test
  void aCharacterThatIsCutOffIsNamedByItsFirstByte() {
    assertUnreadableAt(3, 'a', ' ', 'b', 0xE6, 0x97);
  }

  @Test
  void thePlaceIsRightBehindLongValidText() {
    byte[] text = "zwölf ".repeat(10_000).getBytes(UTF_8);
    text[text.length - 1] = (byte) 0xFF;

    assertThatThrownBy(() -> Utf8.decode(text))
        .isInstanceOf(UnreadableTextException.class)
        .hasMessage("not UTF-8 at byte " + (text.length - 1) + " of the text");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "one",
        " one ",
        "one two",
        "a\tb\nc\u000bd\fe\rf",
        "a\u00a0b c\u0085d 日本"
      })
  void bytesAreCountedAsTheyAreSplit(String text) {
    assertThat(Words.count(text.getBytes(UTF_8))).isEqualTo(Words.of(text).size());
  }

  @Test
  void bytesAreCountedAsTheyAreSplitInAnyValidText() {
    int[] alphabet = {' ', '\t', '\n', '\r', 0x1c, 'a', '.', 0x85, 0xA0, 0x2003, 0x3000, 0x1F0A1};
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      int[] points = random.ints(random.nextInt(20), 0, alphabet.length).toArray();
      StringBuilder text = new StringBuilder();
      for (int point : points) {
        text.appendCodePoint(alphabet[point]);
      }
      bytesAreCountedAsTheyAreSplit(text.toString());
    }
  }

  @Test
  void tokensAreCountedInBytesThatAreNoUtf8() {
    assertThat(Words.count(bytes(0xFF, ' ', 0xC0, 0xAF, ' ', ' ', 'a'))).isEqualTo(3);
  }

  private static void assertUnreadableAt(int place, int... text) {
    assertThatThrownBy(() -> Utf8.decode(bytes(text)))
        .isInstanceOf(UnreadableTextException.class)
        .hasMessage("not UTF-8 at byte " + place + " of the text");
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void bytesBecomeWhatTheirTextBecomes() {
    List<String> tokens = List.of("one", "Aa", "BB", "ø", "\ud83d\ude00", ".", "?", "one.");
    Random random = new Random(1);
    for (Tokenizer tokenizer :
        List.of(
            WordTokenizer.of(tokens),
            WordTokenizer.of(List.of("<unk>", "BB", "Aa", "ø")),
            WordTokenizer.of(List.of("\ud83d", "Aa")))) {
      for (int i = 0; i < 2_000; i++) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(4); left > 0; left--) {
          text.append(" \t\n\u000b\f\r ".charAt(random.nextInt(7)));
          text.append(random.nextInt(50) == 0 ? "unheard" : tokens.get(random.nextInt(8)));
          text.append(random.nextBoolean() ? " " : "  ");
        }
        byte[] bytes = text.toString().trim().getBytes(UTF_8);
        if (bytes.length > 0 && random.nextInt(4) == 0) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        assertThat(outcome(() -> tokenizer.ids(bytes)))
            .isEqualTo(outcome(() -> tokenizer.ids(Utf8.decode(bytes))));
      }
    }
  }

  @Test
  void aVocabularyMayBeLarge() throws Exception {
    List<String> tokens = IntStream.range(0, 100_000).mapToObj(i -> "t" + i * 7).toList();
    Tokenizer tokenizer = WordTokenizer.of(tokens);
    assertThat(tokenizer.ids(String.join(" ", tokens).getBytes(UTF_8)))
        .isEqualTo(IntStream.range(0, 100_000).toArray());
  }

  /** The ids, or what is said of the text instead. */
  private static String outcome(Callable<int[]> ids) {
    try {
      return Arrays.toString(ids.call());
    } catch (Exception e) {
      return e.toString();
    }
  }
}
