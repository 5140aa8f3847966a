package io.flinklm.topics.client;

import io.flinklm.UserMistake;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a dead letter lies in the topic {@code dead-letters}, as a person names it: 0:17. */
public record LetterPlace(int partition, long offset) implements Comparable<LetterPlace> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})[:-]([0-9]{1,18})");
  private static final Comparator<LetterPlace> ORDER =
      Comparator.comparingInt(LetterPlace::partition).thenComparingLong(LetterPlace::offset);

  /**
   * Reads PARTITION:OFFSET, or PARTITION-OFFSET, the name of a file.
   *
   * @throws UserMistake if it is neither
   */
  public static LetterPlace parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new UserMistake(
          "'" + text + "' names no dead letter; expected its PARTITION:OFFSET, like 0:17");
    }
    return new LetterPlace(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2)));
  }

  /** The name of a file for it: not all systems take a colon. */
  public String fileName() {
    return partition + "-" + offset;
  }

  @Override
  public int compareTo(LetterPlace other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return partition + ":" + offset;
  }
}
