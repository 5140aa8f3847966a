package io.flinklm.text;

import io.flinklm.UserMistake;
import java.nio.file.Path;
import java.util.List;

/**
 * What a tokenizer is called in the files of runs and models, like {@code words} or {@code
 * characters nfc lowercase}. With the file that lies beside, it is the tokenizer.
 *
 * @param kind of the tokenizer
 * @param normalization what is done to text before
 */
public record TokenizerName(TokenizerKind kind, Normalization normalization) {

  /**
   * Reads a name.
   *
   * @throws UserMistake if there is no such tokenizer
   */
  public static TokenizerName of(String label) {
    List<String> words = Words.of(label);
    return words.isEmpty()
        ? new TokenizerName(TokenizerKind.of(label), Normalization.NONE)
        : new TokenizerName(
            TokenizerKind.of(words.get(0)), Normalization.of(words.subList(1, words.size())));
  }

  /** The name in words. */
  public String label() {
    return (kind.label() + " " + normalization.label()).strip();
  }

  /** The name of the file that is to lie beside. */
  public String file() {
    return kind.file();
  }

  /**
   * The tokenizer whose file lies in a directory.
   *
   * @throws UserMistake if the file cannot be read or is none of this kind
   */
  public Tokenizer read(Path directory) {
    return normalization.before(kind.read(directory.resolve(kind.file())));
  }
}
