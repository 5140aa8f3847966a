package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.text.TokenizerKind;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Options of every command that makes tokens of text. */
public final class TokenizerOptions {
  @Option(
      names = "--tokenizer",
      paramLabel = "words|characters|bytes",
      defaultValue = "words",
      description =
          "What a token is: a word between white space, a Unicode character, or a byte (default:"
              + " ${DEFAULT-VALUE}).")
  private String tokenizer;

  @Option(
      names = "--vocabulary-size",
      paramLabel = "N",
      description =
          "Give ids to the N most frequent words, and to the others that of <unk>; or to the N most"
              + " frequent characters, and write the others as their bytes (default: ids for all of"
              + " the text).")
  private Integer vocabularySize;

  @Option(
      names = "--vocabulary",
      paramLabel = "FILE",
      description = "The vocabulary, one token a line (default: made from the text).")
  private Path vocabulary;

  /** Whether the tokenizer is known before there is text. */
  public boolean isGiven() {
    return vocabulary != null || TokenizerKind.of(tokenizer) == TokenizerKind.BYTES;
  }

  /**
   * The tokenizer that is asked for.
   *
   * @throws UserMistake if there is none of the name, or its file cannot be read
   */
  public TokenizerChoice choice() {
    TokenizerKind kind = TokenizerKind.of(tokenizer);
    if (vocabulary == null) {
      OptionalInt most =
          vocabularySize == null ? OptionalInt.empty() : OptionalInt.of(vocabularySize);
      return new TokenizerChoice(kind, most, Optional.empty());
    }
    if (vocabularySize != null) {
      throw new UserMistake(
          "--vocabulary gives the tokens, --vocabulary-size lets the text choose them: leave out"
              + " one of the two");
    }
    return TokenizerChoice.of(
        kind.given(vocabulary, notice -> System.out.println("warning: " + notice)));
  }
}
