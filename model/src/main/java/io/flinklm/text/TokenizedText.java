package io.flinklm.text;

import java.util.Optional;
import java.util.stream.IntStream;

/** A text as a run of tokens, any of which can be had as text again. */
public interface TokenizedText {

  /** How many tokens it has. */
  int size();

  /** The id of the token at an index. */
  int id(int index);

  /** Whose ids these are. */
  Tokenizer tokenizer();

  /** The pieces that are cut into tokens each alone; empty where the text is cut as a whole. */
  default Optional<TextPieces> pieces() {
    return Optional.empty();
  }

  /**
   * Indexes of the first tokens of its pieces and, behind them, the number of tokens; none where
   * the text may be parted between any two tokens.
   */
  default int[] pieceStarts() {
    return pieces().map(TextPieces::starts).orElseGet(() -> new int[0]);
  }

  /** The text between two indexes. */
  default String text(int from, int to) {
    return tokenizer().text(IntStream.range(from, to).map(this::id).toArray());
  }
}
