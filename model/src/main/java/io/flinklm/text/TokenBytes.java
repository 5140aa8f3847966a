package io.flinklm.text;

import java.util.stream.IntStream;

/**
 * How many bytes each token of a text takes where it is sent in records, so that whoever has the
 * text itself counts as the one who reads the records. The first token of a record has nothing
 * before it, and the others may: between two words stands a space.
 */
@FunctionalInterface
public interface TokenBytes {
  /** A byte a token. */
  TokenBytes ONE = (index, position) -> 1;

  /**
   * Bytes of a token.
   *
   * @param index of the token in the text
   * @param position of the token in the segment that the records are of
   */
  int of(int index, int position);

  /** Those of a text that is sent in records of so many tokens, which begin with the segment. */
  static TokenBytes inRecords(TokenizedText text, int tokensPerRecord) {
    if (text.pieces().isPresent()) {
      return new PieceBytes(text.tokenizer(), text.pieces().get());
    }
    Tokenizer tokenizer = text.tokenizer();
    int[] own = IntStream.range(0, tokenizer.size()).map(tokenizer::length).toArray();
    int between = tokenizer.bytes(new int[] {0, 0}).length - 2 * own[0];
    return (index, position) ->
        own[text.id(index)] + (position % tokensPerRecord == 0 ? 0 : between);
  }
}
