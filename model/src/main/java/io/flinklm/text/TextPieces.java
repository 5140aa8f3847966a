package io.flinklm.text;

import java.util.Arrays;

/**
 * A text in pieces, each of which is cut into tokens alone: a record of Kafka holds one. A piece is
 * at most {@value #LONGEST} bytes. It ends behind the end of a line or, where the second half of
 * these bytes has none, before a space, which tokenizers take together with the word behind it;
 * where there is none either, between two characters. A piece without tokens is left out.
 */
public final class TextPieces {
  static final int LONGEST = 256;

  private final Tokenizer tokenizer;
  private final TokenIds ids;
  private final SpilledBytes text;

  // By piece, its first byte and the index of its first token; one more, how many there are.
  private long[] from = new long[1 << 10];
  private int[] starts = new int[1 << 10];
  private int count;

  // What is read and is in no piece yet.
  private byte[] rest = {};

  /**
   * No text yet.
   *
   * @param ids are given those of the pieces
   * @param text is given the pieces
   */
  TextPieces(Tokenizer tokenizer, TokenIds ids, SpilledBytes text) {
    this.tokenizer = tokenizer;
    this.ids = ids;
    this.text = text;
  }

  /**
   * Cuts what comes next of the text.
   *
   * @param last whether nothing comes behind it
   * @throws UnknownTokenException if the tokenizer has no tokens for a piece of it
   */
  void read(byte[] more, boolean last) throws UnreadableTextException, UnknownTokenException {
    byte[] all = Arrays.copyOf(rest, rest.length + more.length);
    System.arraycopy(more, 0, all, rest.length, more.length);
    int begin = 0;
    while (last ? begin < all.length : begin + LONGEST < all.length) {
      int end = end(all, begin);
      add(Arrays.copyOfRange(all, begin, end));
      begin = end;
    }
    rest = Arrays.copyOfRange(all, begin, all.length);
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

  private void add(byte[] piece) throws UnreadableTextException, UnknownTokenException {
    int[] tokens = tokenizer.ids(piece);
    if (tokens.length == 0) {
      return;
    }
    if (count + 1 == starts.length) {
      from = Arrays.copyOf(from, 2 * from.length);
      starts = Arrays.copyOf(starts, 2 * starts.length);
    }
    for (int id : tokens) {
      ids.add(id);
    }
    text.add(piece, 0, piece.length);
    count++;
    starts[count] = ids.size();
    from[count] = text.size();
  }

  /** Index of a piece's first token; behind the last piece, the number of tokens. */
  public int start(int piece) {
    return starts[piece];
  }

  /** All of these. */
  int[] starts() {
    return Arrays.copyOf(starts, count + 1);
  }

  /** The piece that holds the token at an index; behind the last token, the number of pieces. */
  public int at(int token) {
    int found = Arrays.binarySearch(starts, 0, count + 1, token);
    return found >= 0 ? found : -found - 2;
  }

  /** The text of the pieces from one to before another. */
  public byte[] bytes(int first, int behind) {
    return text.get(from[first], Math.toIntExact(from[behind] - from[first]));
  }
}
