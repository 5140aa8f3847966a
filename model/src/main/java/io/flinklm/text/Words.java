package io.flinklm.text;

import java.util.ArrayList;
import java.util.List;

/** The words of a text: its longest runs without white space. Only that of ASCII separates. */
public final class Words {
  private Words() {}

  /** The words of a text, in order. */
  public static List<String> of(String text) {
    List<String> words = new ArrayList<>();
    int length = text.length();
    for (int i = 0; i < length; ) {
      while (i < length && isSpace(text.charAt(i))) {
        i++;
      }
      int start = i;
      while (i < length && !isSpace(text.charAt(i))) {
        i++;
      }
      if (i > start) {
        words.add(text.substring(start, i));
      }
    }
    return words;
  }

  /** How many words the bytes hold, be they valid UTF-8 or not: refused ones are counted too. */
  public static int count(byte[] text) {
    int words = 0;
    boolean inside = false;
    for (byte b : text) {
      boolean space = isSpace(b);
      if (!space && !inside) {
        words++;
      }
      inside = !space;
    }
    return words;
  }

  /** Whether a character or byte stands between words. */
  public static boolean isSpace(int c) {
    // Only ASCII: the same borders in bytes and in decoded text, so that counts agree.
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
