package io.flinklm.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextPiecesTest {
  private static final Tokenizer TOKENIZER = SubwordTokenizerTest.fixture("byte-level");

  @TempDir private Path folder;

  /** Pieces and the ids of their tokens. */
  private record Parted(TextPieces pieces, TokenIds ids) {}

  /** A text that is read in parts, since no border of a part may be one of a piece. */
  private Parted parted(byte[] text, Tokenizer tokenizer) throws Exception {
    TokenIds ids = new TokenIds(new SpilledBytes(folder));
    TextPieces pieces = new TextPieces(tokenizer, ids, new SpilledBytes(folder));
    for (int from = 0; from < text.length; from += 997) {
      pieces.read(Arrays.copyOfRange(text, from, Math.min(from + 997, text.length)), false);
    }
    pieces.read(new byte[0], true);
    return new Parted(pieces, ids);
  }

  private TextPieces pieces(String text) throws Exception {
    return parted(text.getBytes(UTF_8), TOKENIZER).pieces();
  }

  private static String piece(TextPieces pieces, int piece) {
    return new String(pieces.bytes(piece, piece + 1), UTF_8);
  }

  private static int count(TextPieces pieces) {
    return pieces.starts().length - 1;
  }

  @Test
  void aPieceEndsBehindALine() throws Exception {
    String line = "a line of the text\n";
    TextPieces pieces = pieces(line.repeat(40));
    assertThat(piece(pieces, 0)).isEqualTo(line.repeat(256 / line.length()));
  }

  @Test
  void aPieceEndsBeforeASpaceWhereNoLineEnds() throws Exception {
    TextPieces pieces = pieces("first\n" + "thousand ".repeat(80));
    assertThat(piece(pieces, 0)).startsWith("first\nthousand ").endsWith(" thousand");
    assertThat(piece(pieces, 1)).startsWith(" thousand thousand");
    assertThat(TOKENIZER.token(TOKENIZER.ids(piece(pieces, 1))[0])).isEqualTo(" thousand");
  }

  @Test
  void noPieceEndsWithinACharacter() throws Exception {
    String text = "x" + "日本".repeat(200);
    TextPieces pieces = pieces(text);
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < count(pieces); i++) {
      assertThat(piece(pieces, i)).doesNotContain("\ufffd");
      joined.append(piece(pieces, i));
    }
    assertThat(joined.toString()).isEqualTo(text);
  }

  @Test
  void piecesAreTheTextAndEachIsCutIntoTokensAlone() throws Exception {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder();
    String[] parts = {"the ", "thousand", " ", "\n", "ö", "  ", "東京", "\r\n", ".", "Köln"};
    while (text.length() < 20_000) {
      text.append(parts[random.nextInt(parts.length)].repeat(1 + random.nextInt(3)));
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    Parted parted = parted(bytes, TOKENIZER);
    TextPieces pieces = parted.pieces();
    int[] ids = parted.ids().toArray();
    assertThat(pieces.bytes(0, count(pieces))).isEqualTo(bytes);
    for (int i = 0; i < count(pieces); i++) {
      byte[] piece = pieces.bytes(i, i + 1);
      assertThat(piece).hasSizeBetween(1, 256);
      assertThat(TOKENIZER.ids(piece))
          .isEqualTo(Arrays.copyOfRange(ids, pieces.start(i), pieces.start(i + 1)));
      assertThat(pieces.at(pieces.start(i))).isEqualTo(i);
      assertThat(pieces.at(pieces.start(i + 1) - 1)).isEqualTo(i);
    }
    assertThat(pieces.at(ids.length)).isEqualTo(count(pieces));
  }

  @Test
  void aPieceWithoutTokensIsLeftOut() throws Exception {
    Tokenizer wordPiece = SubwordTokenizerTest.fixture("word-piece");
    String text = "the stream" + " ".repeat(1_000) + "the loop";
    Parted parted = parted(text.getBytes(UTF_8), wordPiece);
    TextPieces pieces = parted.pieces();
    assertThat(parted.ids().toArray()).containsExactly(4, 5, 4, 10);
    assertThat(new String(pieces.bytes(0, count(pieces)), UTF_8).split(" +"))
        .containsExactly("the", "stream", "the", "loop");
  }

  @Test
  void aCorpusOfSubwordsKnowsItsPieces() throws Exception {
    Path file = folder.resolve("text.txt");
    Files.writeString(file, "two thousand three hundred forty five\n".repeat(1_000));
    Corpus corpus = Corpus.read(file, TokenizerChoice.of(TOKENIZER), notice -> {});
    assertThat(corpus.pieceStarts()).hasSizeGreaterThan(100).endsWith(corpus.size());
    assertThat(corpus.learned()).isSameAs(TOKENIZER);
    assertThat(corpus.text(0, corpus.size())).isEqualTo(Files.readString(file));
    assertThat(Corpus.humanNumbers().pieceStarts()).isEmpty();
  }
}
