package io.flinklm.text;

/** The bytes of one character in UTF-8 (RFC 3629): one to four, the shortest that say it. */
final class Utf8Sequence {
  /** Most bytes of a character. */
  static final int LONGEST = 4;

  private static final int[] LEAST = {0, 0, 0x80, 0x800, 0x10000};

  private Utf8Sequence() {}

  /** How many bytes the character at an index has; 0 where none begins there. */
  static int length(byte[] text, int from) {
    int length = wanted(text[from]);
    if (from + length > text.length) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if (!isContinuation(text[from + i])) {
        return 0;
      }
    }
    if (length < 3) {
      return length;
    }
    int point = codePoint(text, from, length);
    boolean isOne =
        point >= LEAST[length]
            && Character.isValidCodePoint(point)
            && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE);
    return isOne ? length : 0;
  }

  /** How many bytes a character has that begins with this one; 0 where none does. */
  private static int wanted(byte beginning) {
    int first = Byte.toUnsignedInt(beginning);
    if (first > 0xf4) {
      return 0;
    }
    return first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : LONGEST;
  }

  /** Whether a character begins at an index whose last bytes the text has not. */
  static boolean isCutOff(byte[] text, int from) {
    boolean cutOff = wanted(text[from]) > text.length - from;
    for (int i = from + 1; i < text.length && cutOff; i++) {
      cutOff = isContinuation(text[i]);
    }
    return cutOff;
  }

  /** The code point of a character of so many bytes. */
  static int codePoint(byte[] text, int from, int length) {
    int point = length == 1 ? text[from] : text[from] & (0x7f >> length);
    for (int i = 1; i < length; i++) {
      point = point << 6 | (text[from + i] & 0x3f);
    }
    return point;
  }

  /** Whether a byte is one behind the first of a character. */
  static boolean isContinuation(byte b) {
    return (b & 0xc0) == 0x80;
  }
}
