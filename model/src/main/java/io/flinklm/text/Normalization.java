package io.flinklm.text;

import io.flinklm.UserMistake;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;

/**
 * What is done to text before it is cut into tokens, so that what reads the same is the same. What
 * has been done to a text once does not change it a second time.
 *
 * @param composes whether a letter and the marks behind it become one character where there is one:
 *     Unicode's form NFC
 * @param lowercases whether capital letters become small ones, as Unicode has them for all
 *     languages
 */
public record Normalization(boolean composes, boolean lowercases) implements Serializable {
  /** Text as it is. */
  public static final Normalization NONE = new Normalization(false, false);

  private static final String NFC = "nfc";
  private static final String LOWERCASE = "lowercase";

  /**
   * What words say, each at most once.
   *
   * @throws UserMistake if there is another word
   */
  static Normalization of(List<String> words) {
    if (!List.of(NFC, LOWERCASE).containsAll(words)) {
      throw new UserMistake(
          "there is no normalization '" + String.join(" ", words) + "'; expected nfc, lowercase");
    }
    return new Normalization(words.contains(NFC), words.contains(LOWERCASE));
  }

  /** In words, as {@link #of} reads them; empty for none. */
  String label() {
    return String.join(
        " ", composes && lowercases ? List.of(NFC, LOWERCASE) : composes ? List.of(NFC) : lower());
  }

  private List<String> lower() {
    return lowercases ? List.of(LOWERCASE) : List.of();
  }

  /** The text as it is to be cut. */
  String apply(String text) {
    String small = lowercases ? text.toLowerCase(Locale.ROOT) : text;
    return composes ? Normalizer.normalize(small, Normalizer.Form.NFC) : small;
  }

  /** The same of bytes. Such as are no text become U+FFFD. */
  byte[] apply(byte[] text) {
    return equals(NONE)
        ? text
        : apply(new String(text, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  /** A tokenizer that does this first. */
  public Tokenizer before(Tokenizer tokenizer) {
    return equals(NONE) ? tokenizer : new NormalizingTokenizer(tokenizer, this);
  }
}
