package io.flinklm.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The tokens of a text while it is read piece by piece; no piece ends within a token. */
final class CorpusTokens {
  private final TokenizerChoice choice;
  private final TokenizerKind kind;
  private final TokenCounts counts = new TokenCounts();

  // Of words the ids by first appearance, of all else the text itself: its ids are known only when
  // all of it has been counted.
  private final Map<String, Integer> words = new HashMap<>();
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private int[] ids = new int[1 << 16];
  private int count;
  private long bytes;

  CorpusTokens(TokenizerChoice choice) {
    this.choice = choice;
    this.kind = choice.kind();
  }

  void add(byte[] given) {
    byte[] piece = choice.normalization().apply(given);
    bytes += piece.length;
    kind.count(piece, counts);
    if (kind != TokenizerKind.WORDS) {
      text.writeBytes(piece);
      return;
    }
    for (String word : Words.of(new String(piece, StandardCharsets.UTF_8))) {
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, count + (count >> 1));
      }
      Integer known = words.putIfAbsent(word, words.size());
      ids[count++] = known == null ? words.size() - 1 : known;
    }
  }

  /** Bytes of all pieces. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return count == 0 && text.size() == 0;
  }

  TokenCounts counts() {
    return counts;
  }

  /** The tokenizer of all tokens of the text. */
  Tokenizer tokenizer() {
    return choice.normalization().before(kind.learned(counts, Long.MAX_VALUE));
  }

  /** The text in pieces, where such a tokenizer cuts it so. */
  Optional<TextPieces> pieces(Tokenizer all) throws UnknownTokenException {
    try {
      return kind == TokenizerKind.SUBWORDS
          ? Optional.of(TextPieces.of(text.toByteArray(), all))
          : Optional.empty();
    } catch (UnreadableTextException e) {
      throw new IllegalStateException("the text has been read", e);
    }
  }

  /** The text as ids of a tokenizer that knows all of it. */
  int[] ids(Tokenizer all) {
    if (kind == TokenizerKind.WORDS) {
      return Arrays.copyOf(ids, count);
    }
    try {
      return all.ids(text.toByteArray());
    } catch (UnreadableTextException | UnknownTokenException e) {
      throw new IllegalStateException("the text has been read, and gave the tokens", e);
    }
  }
}
