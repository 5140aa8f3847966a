package io.flinklm.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubwordTokenizerTest {
  private static final Tokenizer BYTE_LEVEL = fixture("byte-level");
  private static final Tokenizer WORD_PIECE = fixture("word-piece");
  private static final Tokenizer UNIGRAM = fixture("unigram");

  @TempDir private Path folder;

  static Path fixtureFile(String name) {
    return Path.of("src/test/resources/fixtures", name + ".tokenizer.json").toAbsolutePath();
  }

  static Tokenizer fixture(String name) {
    return TokenizerKind.SUBWORDS.read(fixtureFile(name));
  }

  private static List<String> tokens(Tokenizer tokenizer, String text) throws Exception {
    return Arrays.stream(tokenizer.ids(text)).mapToObj(tokenizer::token).toList();
  }

  @Test
  void bytesAreMergedToLongerTokens() throws Exception {
    assertThat(BYTE_LEVEL.size()).isEqualTo(321);
    assertThat(tokens(BYTE_LEVEL, "seven thousand ö"))
        .containsExactly("s", "even", " thousand", " ", "<0xC3>", "<0xB6>");
    assertThat(tokens(BYTE_LEVEL, "a<|end|>")).containsExactly("a", "<|end|>");
  }

  @Test
  void theTokensOfAByteLevelTokenizerAreTheText() throws Exception {
    Random random = new Random(11);
    String some = "the thousand and seven, <|end|> Köln 東京 😀 \t\r\n  .";
    for (int i = 0; i < 3_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(12); left > 0; left--) {
        int from = random.nextInt(some.length());
        text.append(some, from, random.nextInt(from, some.length()));
        text.appendCodePoint(anyCharacter(random));
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      String valid = new String(bytes, UTF_8);
      int[] ids = BYTE_LEVEL.ids(bytes);
      assertThat(BYTE_LEVEL.bytes(ids)).isEqualTo(bytes);
      assertThat(BYTE_LEVEL.text(ids)).isEqualTo(valid);
      assertThat(BYTE_LEVEL.ids(valid)).isEqualTo(ids);
      assertThat(BYTE_LEVEL.count(bytes)).isEqualTo(ids.length);
    }
  }

  private static int anyCharacter(Random random) {
    int[] limits = {0x7f, 0x7ff, 0xffff, 0x10ffff};
    int point = 1 + random.nextInt(limits[random.nextInt(4)]);
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0x65e5 : point;
  }

  @Test
  void wordsArePartedAndNothingIsAddedCutOffOrFilledUp() throws Exception {
    assertThat(tokens(WORD_PIECE, "The streams, training unheard"))
        .containsExactly("the", "stream", "##s", ",", "train", "##ing", "[UNK]");
    assertThat(WORD_PIECE.text(WORD_PIECE.ids("The streams, training")))
        .isEqualTo("the streams, training");
    assertThat(WORD_PIECE.ids("the loop ".repeat(1_000))).hasSize(2_000);
    assertThat(WORD_PIECE.ids(" \n ")).isEmpty();
  }

  @Test
  void theMostLikelyPartsOfAWordAreItsTokens() throws Exception {
    assertThat(tokens(UNIGRAM, "the streams training"))
        .containsExactly("▁the", "▁stream", "s", "▁train", "ing");
    assertThat(UNIGRAM.text(UNIGRAM.ids("the streams"))).isEqualTo("the streams");
    assertThat(tokens(UNIGRAM, "qu")).containsExactly("▁", "<unk>");
  }

  @Test
  void aTextThatIsCutAgainIsNotLookedUpAgain() throws Exception {
    SubwordLibrary library = SubwordLibrary.of(BYTE_LEVEL.fingerprint(), BYTE_LEVEL.toBytes());
    int[] first = library.ids("two thousand");
    assertThat(library.ids("two thousand")).isSameAs(first);
    assertThat(library.ids("one thousand")).isNotEqualTo(first);
    assertThat(library.ids("two thousand")).isEqualTo(first).isNotSameAs(first);

    int[] given = BYTE_LEVEL.ids("two thousand");
    given[0]++;
    assertThat(BYTE_LEVEL.ids("two thousand")).isEqualTo(first);
  }

  @Test
  void everyThreadAndEveryCopyGivesTheSameIds() throws Exception {
    String text = "two thousand three hundred forty five . für Köln 😀 ".repeat(20);
    int[] ids = BYTE_LEVEL.ids(text);
    List<int[]> found =
        IntStream.range(0, 200)
            .parallel()
            .mapToObj(i -> i % 2 == 0 ? ids(BYTE_LEVEL, text) : ids(copy(BYTE_LEVEL), text))
            .toList();
    assertThat(found).allSatisfy(other -> assertThat(other).isEqualTo(ids));
  }

  private static int[] ids(Tokenizer tokenizer, String text) {
    try {
      return tokenizer.ids(text);
    } catch (UnknownTokenException e) {
      throw new AssertionError(e);
    }
  }

  private static Tokenizer copy(Tokenizer tokenizer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(tokenizer);
      out.flush();
      return (Tokenizer)
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void noRandomNumbersAreDrawn() throws Exception {
    String file = Files.readString(fixtureFile("byte-level"));
    String text = "two thousand three hundred forty five ".repeat(50);
    Path dropping = folder.resolve("dropping.json");
    Files.writeString(dropping, file.replace("\"dropout\": null", "\"dropout\": 0.5"));
    assertThat(Files.readString(dropping)).isNotEqualTo(file);
    assertThat(TokenizerKind.SUBWORDS.read(dropping).ids(text)).isEqualTo(BYTE_LEVEL.ids(text));
  }

  @Test
  void whatWasWrittenIsRead() throws Exception {
    Path file = Files.write(folder.resolve("tokenizer.json"), UNIGRAM.toBytes());
    Tokenizer read = TokenizerKind.SUBWORDS.read(file);
    assertThat(read.fingerprint())
        .isEqualTo(UNIGRAM.fingerprint())
        .matches("subwords:[0-9a-f]{64}");
    assertThat(read.ids("the loop")).isEqualTo(UNIGRAM.ids("the loop"));
    assertThat(read.fingerprint()).isNotEqualTo(WORD_PIECE.fingerprint());
  }

  @Test
  void textThatIsNoneIsRefused() {
    assertThatThrownBy(() -> BYTE_LEVEL.ids(new byte[] {'a', (byte) 0xff}))
        .isInstanceOf(UnreadableTextException.class)
        .hasMessage("not UTF-8 at byte 1 of the text");
    assertThat(BYTE_LEVEL.count(new byte[] {'a', (byte) 0xff})).isPositive();
    assertThat(BYTE_LEVEL.whyUnreadable(new byte[] {0})).isPresent();
  }

  @Test
  void aTextThatTheVocabularyCannotSayIsUnknown() throws Exception {
    String file = Files.readString(fixtureFile("word-piece"));
    Path strict = folder.resolve("strict.json");
    Files.writeString(strict, file.replace("\"unk_token\": \"[UNK]\"", "\"unk_token\": \"none\""));
    Tokenizer tokenizer = TokenizerKind.SUBWORDS.read(strict);
    assertThat(tokenizer.ids("the loop")).hasSize(2);
    assertThatThrownBy(() -> tokenizer.ids("unheard"))
        .isInstanceOf(UnknownTokenException.class)
        .hasMessageStartingWith("the tokenizer cannot cut the text: ");
    assertThat(tokenizer.count("unheard".getBytes(UTF_8))).isPositive();
  }

  @Test
  void aFileThatIsNoneIsAMistakeInOneLine() throws Exception {
    requireMistake("one two", "it is not a JSON object, see line 1");
    requireMistake("[]", "it is not a JSON object, see line 1");
    requireMistake("{\"model\": {}}", "it has no model with a vocabulary");
    requireMistake("{\"model\": {\"vocab\": {\"a\": -1}}}", "an id of its vocabulary is -1");
    requireMistake("{\"model\": {\"vocab\": {\"a\": 0}}}", "");
    assertThatThrownBy(() -> TokenizerKind.SUBWORDS.read(folder.resolve("absent.json")))
        .isInstanceOf(UserMistake.class)
        .hasMessageStartingWith("cannot read the tokenizer " + folder.resolve("absent.json"));
  }

  private void requireMistake(String content, String reason) throws IOException {
    Path file = Files.writeString(folder.resolve("none.json"), content);
    assertThatThrownBy(() -> TokenizerKind.SUBWORDS.read(file))
        .isInstanceOf(UserMistake.class)
        .hasMessageStartingWith(
            "the tokenizer " + file + " is no tokenizer.json of Hugging Face: " + reason)
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
  }
}
