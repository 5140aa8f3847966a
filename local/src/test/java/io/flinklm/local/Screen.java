package io.flinklm.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A terminal that understands what a live display writes: carriage return, line feed, erase to the
 * end of the line, wrapping on and off. It refuses every other control character, and text that
 * runs over the last column.
 */
final class Screen {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final int columns;

  Screen(int columns) {
    this.columns = columns;
  }

  PrintStream out() {
    return new PrintStream(written, true, UTF_8);
  }

  /** The lines as a person sees them now, without empty ones at the end. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int column = 0;
    String all = written.toString(UTF_8);
    for (int i = 0; i < all.length(); i++) {
      char c = all.charAt(i);
      if (c == '\r') {
        column = 0;
      } else if (c == '\n') {
        lines.add(line.toString());
        line.setLength(0);
        column = 0;
      } else if (c == '\033') {
        String rest = all.substring(i + 1);
        if (rest.startsWith("[K")) {
          line.setLength(Math.min(column, line.length()));
          i += 2;
        } else if (rest.startsWith("[?7l") || rest.startsWith("[?7h")) {
          i += 4;
        } else {
          throw new AssertionError("unknown control sequence at " + rest);
        }
      } else {
        if (c < ' ' || column >= columns - 1) {
          throw new AssertionError("cannot show \\u%04x in column %d".formatted((int) c, column));
        }
        line.replace(column, Math.min(column + 1, line.length()), String.valueOf(c));
        column++;
      }
    }
    if (!line.isEmpty()) {
      lines.add(line.toString());
    }
    return lines;
  }
}
