package io.flinklm.text;

import io.flinklm.Quotation;
import io.flinklm.UserMistake;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The file of a tokenizer of characters or bytes: one token a line, in the order of the ids. The
 * first 256 are the bytes, as {@code <0x0A>}; a character behind them stands for itself.
 */
final class CharacterList {
  private CharacterList() {}

  /** The file of these characters behind the bytes. */
  static byte[] toBytes(int[] characters) {
    StringBuilder lines = new StringBuilder();
    for (int value = 0; value < ByteTokenizer.BYTES; value++) {
      lines.append(line(value)).append('\n');
    }
    for (int character : characters) {
      lines.appendCodePoint(character).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String line(int value) {
    return "<0x%02X>".formatted(value);
  }

  /**
   * The characters of a file, those behind the bytes.
   *
   * @throws UserMistake if a line holds another thing than it must
   */
  static int[] read(Path file, List<String> lines) {
    for (int value = 0; value < ByteTokenizer.BYTES; value++) {
      String found = value < lines.size() ? lines.get(value) : "";
      if (!found.equals(line(value))) {
        throw wrong(file, value, line(value), found);
      }
    }
    Set<Integer> characters = new LinkedHashSet<>();
    List<String> rest = new ArrayList<>(lines.subList(ByteTokenizer.BYTES, lines.size()));
    for (int i = 0; i < rest.size(); i++) {
      int[] points = rest.get(i).codePoints().toArray();
      boolean one = points.length == 1 && points[0] > Byte.MAX_VALUE;
      if (!one || !characters.add(points[0])) {
        String expected = "one character beyond ASCII that no line before has";
        throw wrong(file, ByteTokenizer.BYTES + i, expected, rest.get(i));
      }
    }
    return characters.stream().mapToInt(Integer::intValue).toArray();
  }

  private static UserMistake wrong(Path file, int index, String expected, String found) {
    return new UserMistake(
        "vocabulary %s, line %d: expected %s, found %s"
            .formatted(file, index + 1, expected, Quotation.of(found)));
  }
}
