package io.flinklm.text;

import java.util.Arrays;

/**
 * A text in pieces, each of which is cut into tokens alone: a record of Kafka holds one. A piece is
 * at most {@value #LONGEST} bytes. It ends behind the end of a line or, where the second half of
 * these bytes has none, before a space, which tokenizers take together with the word behind it;
 * where there is none either, between two characters.
 */
public final class TextPieces {
  static final int LONGEST = 256;

  private final byte[] text;

  // By piece, its first byte and the one behind its last. A piece without tokens is none.
  private int[] from = new int[1 << 10];
  private int[] to = new int[1 << 10];
  // By piece, the index of its first token; one more, the number of tokens.
  private int[] starts = new int[1 << 10];
  private int count;
  private int[] ids = new int[1 << 12];

  private TextPieces(byte[] text) {
    this.text = text;
  }

  /**
   * Cuts a text.
   *
   * @throws UnknownTokenException if the tokenizer has no tokens for a piece of it
   */
  static TextPieces of(byte[] text, Tokenizer tokenizer)
      throws UnreadableTextException, UnknownTokenException {
    TextPieces pieces = new TextPieces(text);
    for (int begin = 0; begin < text.length; ) {
      int end = end(text, begin);
      pieces.add(begin, end, tokenizer.ids(Arrays.copyOfRange(text, begin, end)));
      begin = end;
    }
    pieces.ids = Arrays.copyOf(pieces.ids, pieces.start(pieces.count));
    return pieces;
  }

  /** Index behind the piece that begins at an index. */
  private static int end(byte[] text, int begin) {
    int most = begin + LONGEST;
    if (most >= text.length) {
      return text.length;
    }
    for (int end = most; end > begin + LONGEST / 2; end--) {
      if (text[end - 1] == '\n') {
        return end;
      }
    }
    for (int end = most; end > begin; end--) {
      if (text[end] == ' ' && !Words.isSpace(text[end - 1])) {
        return end;
      }
    }
    int end = most;
    while (Utf8Sequence.isContinuation(text[end])) {
      end--;
    }
    return end;
  }

  private void add(int begin, int end, int[] tokens) {
    if (tokens.length == 0) {
      return;
    }
    if (count + 1 == starts.length) {
      from = Arrays.copyOf(from, 2 * from.length);
      to = Arrays.copyOf(to, 2 * to.length);
      starts = Arrays.copyOf(starts, 2 * starts.length);
    }
    from[count] = begin;
    to[count] = end;
    int size = starts[count];
    if (size + tokens.length > ids.length) {
      ids = Arrays.copyOf(ids, 2 * ids.length + tokens.length);
    }
    System.arraycopy(tokens, 0, ids, size, tokens.length);
    starts[++count] = size + tokens.length;
  }

  /** Index of a piece's first token; behind the last piece, the number of tokens. */
  public int start(int piece) {
    return starts[piece];
  }

  /** All of these. */
  int[] starts() {
    return Arrays.copyOf(starts, count + 1);
  }

  /** The ids of all tokens. */
  int[] ids() {
    return ids;
  }

  /** The piece that holds the token at an index; behind the last token, the number of pieces. */
  public int at(int token) {
    int found = Arrays.binarySearch(starts, 0, count + 1, token);
    return found >= 0 ? found : -found - 2;
  }

  /** The text of the pieces from one to before another. */
  public byte[] bytes(int first, int behind) {
    int length = 0;
    for (int piece = first; piece < behind; piece++) {
      length += to[piece] - from[piece];
    }
    byte[] bytes = new byte[length];
    int at = 0;
    for (int piece = first; piece < behind; piece++) {
      System.arraycopy(text, from[piece], bytes, at, to[piece] - from[piece]);
      at += to[piece] - from[piece];
    }
    return bytes;
  }
}
