package io.flinklm.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A text has a closed vocabulary where the same few words come again and again, as in the human
 * numbers. Words are its tokens then. In a novel, a log or a program new words never end, and in
 * Chinese there is no white space between words: of such a text characters are the tokens.
 */
public final class ClosedVocabulary {
  /** As much of the text as is looked at, in bytes. */
  static final int LOOKED_AT = 1 << 20;

  private static final int MOST_WORDS = 1000;
  private static final int LONGEST_MEAN = 20;
  private static final int SHORT_TEXT = 4096;
  private static final int FEWEST_USES = 4;

  private ClosedVocabulary() {}

  /**
   * Whether the beginning of a text looks so.
   *
   * @param files of the text, in order; one that cannot be read is passed over
   */
  public static boolean isOf(List<Path> files) {
    return isOf(beginning(files));
  }

  /** Whether a piece of text looks so. */
  static boolean isOf(byte[] text) {
    TokenCounts counts = new TokenCounts();
    TokenizerKind.WORDS.count(text, counts);
    long words = counts.total();
    long distinct = counts.distinct().size();
    if (distinct > MOST_WORDS || text.length > LONGEST_MEAN * Math.max(1, words)) {
      return false;
    }
    return text.length < SHORT_TEXT || distinct * FEWEST_USES <= words;
  }

  private static byte[] beginning(List<Path> files) {
    ByteArrayOutputStream beginning = new ByteArrayOutputStream();
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        beginning.write(in.readNBytes(LOOKED_AT - beginning.size()));
      } catch (IOException e) {
        // Whoever reads the whole text says what is wrong with it.
      }
    }
    return beginning.toByteArray();
  }
}
