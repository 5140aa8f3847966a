package io.flinklm.text;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many bytes each token of a text in pieces takes: each piece is a record, whose tokens are
 * found once more, because only the text says how long they are. Not thread safe.
 */
final class PieceBytes implements TokenBytes {
  // As many as a batch of many lanes is in.
  private static final int REMEMBERED = 4_096;

  private final Tokenizer tokenizer;
  private final TextPieces pieces;
  private final Map<Integer, int[]> lengths =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, int[]> eldest) {
          return size() > REMEMBERED;
        }
      };

  PieceBytes(Tokenizer tokenizer, TextPieces pieces) {
    this.tokenizer = tokenizer;
    this.pieces = pieces;
  }

  @Override
  public int of(int index, int position) {
    int piece = pieces.at(index);
    return lengths.computeIfAbsent(piece, this::lengths)[index - pieces.start(piece)];
  }

  private int[] lengths(int piece) {
    try {
      return tokenizer.tokens(pieces.bytes(piece, piece + 1)).lengths();
    } catch (UnreadableTextException | UnknownTokenException e) {
      throw new IllegalStateException("the piece was cut into tokens before", e);
    }
  }
}
