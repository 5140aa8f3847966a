package io.flinklm.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each token with its bytes: none of a text's bytes is in two tokens, and none in no token. */
class TextTokensTest {
  private static final String[] PIECES = {" ", "\n", "\t", "a", "bc", "ö", "日本", "😀", "<unk>"};

  @TempDir private Path folder;

  @Test
  void aWordTakesTheWhiteSpaceBeforeItAndTheLastOneThatBehindItToo() throws Exception {
    TextTokens tokens =
        WordTokenizer.of(List.of("ö", "a", "bc")).tokens("  a \n\nbc ö\t".getBytes(UTF_8));

    assertThat(tokens.ids()).containsExactly(1, 2, 0);
    assertThat(tokens.lengths()).containsExactly(3, 5, 4);
  }

  @Test
  void anUnknownWordHasItsOwnBytes() throws Exception {
    TextTokens tokens =
        WordTokenizer.of(List.of("a", "<unk>")).tokens("a strange a".getBytes(UTF_8));

    assertThat(tokens.ids()).containsExactly(0, 1, 0);
    assertThat(tokens.lengths()).containsExactly(1, 8, 2);
  }

  @Test
  void whiteSpaceAloneIsNoToken() throws Exception {
    assertThat(WordTokenizer.of(List.of("a")).tokens(" \n ".getBytes(UTF_8)).lengths()).isEmpty();
  }

  @Test
  void aCharacterHasTheBytesOfIt() throws Exception {
    CharacterTokenizer some = new CharacterTokenizer(new int[] {'ö', 0x1f600});

    assertThat(some.tokens("a ö😀日".getBytes(UTF_8)).lengths())
        .containsExactly(1, 1, 2, 4, 1, 1, 1);
  }

  @Test
  void theBytesOfAllTokensAreThoseOfTheText() throws Exception {
    Random random = new Random(1);
    List<Tokenizer> all =
        List.of(
            WordTokenizer.of(List.of("<unk>", "a")),
            new CharacterTokenizer(new int[] {'ö', 0x65e5}),
            new ByteTokenizer());
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(9); left > 0; left--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      for (Tokenizer tokenizer : all) {
        TextTokens tokens = tokenizer.tokens(bytes);
        assertThat(tokens.ids()).isEqualTo(tokenizer.ids(bytes));
        assertThat(tokens.lengths()).hasSameSizeAs(tokens.ids());
        assertThat(Arrays.stream(tokens.lengths()).sum())
            .as("%s of '%s'", tokenizer.kind(), text)
            .isEqualTo(tokens.ids().length == 0 ? 0 : bytes.length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte-level", "word-piece", "unigram"})
  void thoseOfSubwordsAreAllTheBytesToo(String fixture) throws Exception {
    Tokenizer tokenizer = SubwordTokenizerTest.fixture(fixture);
    for (String text : List.of("the cat", " low  lower\n", "lowest thecat the", "e")) {
      TextTokens tokens = tokenizer.tokens(text.getBytes(UTF_8));

      assertThat(tokens.ids()).isEqualTo(tokenizer.ids(text)).isNotEmpty();
      assertThat(Arrays.stream(tokens.lengths()).min().getAsInt()).isNotNegative();
      assertThat(Arrays.stream(tokens.lengths()).sum()).isEqualTo(text.length());
    }
  }

  @Test
  void theTokensOfPiecesHaveTheBytesOfTheirRecords() throws Exception {
    Tokenizer tokenizer = SubwordTokenizerTest.fixture("byte-level");
    Path file = folder.resolve("text");
    Files.writeString(file, "the lower cat the lowest\n".repeat(99));
    Corpus corpus = Corpus.read(file, TokenizerChoice.of(tokenizer), notice -> {});
    TokenBytes bytes = TokenBytes.inRecords(corpus, 64);
    int[] starts = corpus.pieceStarts();

    for (int piece = 0; piece + 1 < starts.length; piece++) {
      int length = 0;
      for (int index = starts[piece]; index < starts[piece + 1]; index++) {
        length += bytes.of(index, 0);
      }
      assertThat(length).isEqualTo(corpus.pieces().orElseThrow().bytes(piece, piece + 1).length);
    }
  }

  @ParameterizedTest
  @EnumSource(value = TokenizerKind.class, mode = EnumSource.Mode.EXCLUDE, names = "SUBWORDS")
  void inRecordsTheyAreThoseOfTheRecords(TokenizerKind kind) throws Exception {
    Path file = folder.resolve("text");
    Files.writeString(file, "one ö two\nthree 日本 four five\n\n six, seven ".repeat(9));
    Corpus corpus = Corpus.read(file, TokenizerChoice.of(kind), notice -> {});
    TokenBytes bytes = TokenBytes.inRecords(corpus, 8);

    // A segment begins anywhere in the text.
    int from = 5;
    for (int position = 0; from + position + 8 <= corpus.size(); position += 8) {
      int[] ids = new int[8];
      int[] lengths = new int[8];
      for (int i = 0; i < 8; i++) {
        ids[i] = corpus.id(from + position + i);
        lengths[i] = bytes.of(from + position + i, position + i);
      }
      byte[] record = corpus.tokenizer().bytes(ids);
      assertThat(Arrays.stream(lengths).sum()).isEqualTo(record.length);
      if (kind == TokenizerKind.WORDS) {
        assertThat(corpus.tokenizer().tokens(record).lengths()).isEqualTo(lengths);
      }
    }
  }
}
