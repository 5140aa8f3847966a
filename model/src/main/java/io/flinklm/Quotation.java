package io.flinklm;

/**
 * What somebody sent, as it is shown to a person: in part where it is long, and with its control
 * characters written out, so that it neither fills a message nor speaks to a terminal.
 */
public final class Quotation {
  /** Code points of a quotation that are shown. */
  public static final int SHOWN = 60;

  private Quotation() {}

  /** The beginning of a text, between quotation marks, its control characters written out. */
  public static String of(String text) {
    return "'" + legible(beginning(text)) + "'";
  }

  /** The beginning of a text: all of it unless it is longer than a quotation. */
  public static String beginning(String text) {
    return beginning(text, SHOWN);
  }

  /** The beginning of a text: at most so many code points, and a mark where some are left out. */
  public static String beginning(String text, int codePoints) {
    // Counting stops there: a text may be of megabytes.
    if (text.length() <= codePoints) {
      return text;
    }
    int end = 0;
    for (int left = codePoints; left > 0 && end < text.length(); left--) {
      end += Character.charCount(text.codePointAt(end));
    }
    return end == text.length() ? text : text.substring(0, end) + "…";
  }

  /** A text whose control characters are written out, as in Java and JSON. */
  public static String legible(String text) {
    if (text.codePoints().noneMatch(Quotation::isControl)) {
      return text;
    }
    StringBuilder legible = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> legible.append("\\n");
                case '\r' -> legible.append("\\r");
                case '\t' -> legible.append("\\t");
                default -> append(c, legible);
              }
            });
    return legible.toString();
  }

  private static void append(int c, StringBuilder legible) {
    if (isControl(c)) {
      legible.append(String.format("\\u%04x", c));
    } else {
      legible.appendCodePoint(c);
    }
  }

  // Those that turn the direction of writing, and separate lines, speak to a terminal as well; a
  // byte order mark is not to be seen.
  private static boolean isControl(int c) {
    int type = Character.getType(c);
    return Character.isISOControl(c)
        || c == '\ufeff'
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || (c >= '\u202a' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }
}
