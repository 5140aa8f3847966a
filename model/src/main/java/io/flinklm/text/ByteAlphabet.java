package io.flinklm.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How a byte-level tokenizer writes bytes in its vocabulary: each of the 256 is one printable
 * character (GPT-2's {@code bytes_to_unicode}). A byte that is a printable character of Latin-1 is
 * itself, the others are the characters from U+0100 on.
 */
final class ByteAlphabet {
  private static final int FIRST_OTHER = 0x100;
  private static final int[] BYTE_OF = byteOf();

  private ByteAlphabet() {}

  private static int[] byteOf() {
    int[] table = new int[2 * FIRST_OTHER];
    Arrays.fill(table, -1);
    int next = FIRST_OTHER;
    for (int value = 0; value < FIRST_OTHER; value++) {
      table[isItself(value) ? value : next++] = value;
    }
    return table;
  }

  private static boolean isItself(int value) {
    return (value >= '!' && value <= '~')
        || (value >= 0xa1 && value <= 0xac)
        || (value >= 0xae && value <= 0xff);
  }

  /** The bytes that a token of the vocabulary stands for; itself where it is not so written. */
  static byte[] bytes(String token) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
    for (int i = 0; i < token.length(); i++) {
      int value = token.charAt(i) < BYTE_OF.length ? BYTE_OF[token.charAt(i)] : -1;
      if (value < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes.write(value);
    }
    return bytes.toByteArray();
  }
}
