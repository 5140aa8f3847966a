package io.flinklm.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens of a vocabulary by their UTF-8 bytes: a hash table with open addressing, so that text
 * becomes ids without a string a token.
 */
final class EncodedTokens {
  private static final int SPACE = 4;

  private final byte[][] tokens;
  private final int[] ids;

  private EncodedTokens(int capacity) {
    tokens = new byte[capacity][];
    ids = new int[capacity];
  }

  /** A table in which each token has its place in the list as its id. */
  static EncodedTokens of(List<String> tokens) {
    EncodedTokens table =
        new EncodedTokens(Integer.highestOneBit(Math.max(1, tokens.size())) * SPACE);
    for (int id = 0; id < tokens.size(); id++) {
      byte[] bytes = tokens.get(id).getBytes(StandardCharsets.UTF_8);
      // Half a surrogate pair has no bytes in UTF-8; '?' would stand for it.
      if (new String(bytes, StandardCharsets.UTF_8).equals(tokens.get(id))) {
        int slot = table.slot(bytes, 0, bytes.length);
        table.tokens[slot] = bytes;
        table.ids[slot] = id;
      }
    }
    return table;
  }

  /** The id of a token; {@link Vocabulary#ABSENT} if it is not here. */
  int id(byte[] text, int from, int to) {
    int slot = slot(text, from, to);
    return tokens[slot] == null ? Vocabulary.ABSENT : ids[slot];
  }

  // Where the token is, or where it would be.
  private int slot(byte[] text, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + text[i];
    }
    int mask = tokens.length - 1;
    int slot = (hash ^ hash >>> 16) & mask;
    while (tokens[slot] != null
        && !Arrays.equals(tokens[slot], 0, tokens[slot].length, text, from, to)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
