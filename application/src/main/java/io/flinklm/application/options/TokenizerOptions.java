package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.text.ClosedVocabulary;
import io.flinklm.text.Corpus;
import io.flinklm.text.Normalization;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.text.TokenizerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Options of every command that makes tokens of text. */
public final class TokenizerOptions {
  private static final String NUMBERS = "numbers";

  @Option(
      names = "--tokenizer",
      paramLabel = "words|characters|bytes|numbers|FILE",
      description =
          "What a token is: a word between white space, a Unicode character, a byte, one of the"
              + " thirty words of the human numbers, or what FILE says, a tokenizer.json of Hugging"
              + " Face (default: words; 'run' takes characters for a corpus in which new words do"
              + " not end).")
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

  @Option(
      names = "--normalize",
      paramLabel = "none|nfc",
      defaultValue = "none",
      description =
          "nfc: first make a letter and its marks one character where there is one (default:"
              + " ${DEFAULT-VALUE}).")
  private String normalize;

  @Option(names = "--lowercase", description = "First make capital letters small.")
  private boolean lowercase;

  /** Whether the tokenizer is known before there is text. */
  public boolean isGiven() {
    return vocabulary != null
        || isOfNumbers()
        || kind() == TokenizerKind.BYTES
        || kind() == TokenizerKind.SUBWORDS;
  }

  /** What is asked for; words where nothing is. */
  public TokenizerKind kind() {
    return tokenizer == null || isOfNumbers() ? TokenizerKind.WORDS : named();
  }

  // A vocabulary that is known without a file: that of the chapter's text.
  private boolean isOfNumbers() {
    return NUMBERS.equals(tokenizer);
  }

  /**
   * Makes sure that streams that others write have a tokenizer: their text is not read twice.
   *
   * @throws UserMistake if it would have to be made from the text
   */
  public void requireGivenForStreams() {
    if (!isGiven()) {
      throw new UserMistake(
          "streams of a topic need a tokenizer that is there before the text: --tokenizer bytes,"
              + " the FILE of a tokenizer.json, or --vocabulary FILE");
    }
  }

  private TokenizerKind named() {
    return Arrays.stream(TokenizerKind.values())
        .filter(kind -> kind != TokenizerKind.SUBWORDS && kind.label().equals(tokenizer))
        .findFirst()
        .orElse(TokenizerKind.SUBWORDS);
  }

  /**
   * The tokenizer that is asked for.
   *
   * @throws UserMistake if there is none of the name, or its file cannot be read
   */
  public TokenizerChoice choice() {
    return choice(kind());
  }

  /**
   * The tokenizer that is asked for, and where none is, one that suits the text.
   *
   * @param files of the text, in order; none for the human numbers
   * @throws UserMistake as {@link #choice()}
   */
  public TokenizerChoice choiceFor(List<Path> files) {
    boolean open =
        tokenizer == null
            && vocabulary == null
            && vocabularySize == null
            && !files.isEmpty()
            && !ClosedVocabulary.isOf(files);
    if (open) {
      System.out.println(
          "New words do not end in this text: its tokens are characters (--tokenizer words, bytes"
              + " or a tokenizer.json for others).");
    }
    return choice(open ? TokenizerKind.CHARACTERS : kind());
  }

  private TokenizerChoice choice(TokenizerKind kind) {
    if (!normalize.equals("none") && !normalize.equals("nfc")) {
      throw new UserMistake("--normalize is none or nfc, not '" + normalize + "'");
    }
    return choiceOfText(kind).with(new Normalization(normalize.equals("nfc"), lowercase));
  }

  private TokenizerChoice choiceOfText(TokenizerKind kind) {
    if (kind == TokenizerKind.SUBWORDS) {
      return ofFile(Path.of(tokenizer));
    }
    if (isOfNumbers()) {
      return ofNumbers();
    }
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
    return TokenizerChoice.of(kind.given(vocabulary, TokenizerOptions::warn));
  }

  private TokenizerChoice ofNumbers() {
    if (vocabulary != null || vocabularySize != null) {
      throw new UserMistake(
          "--tokenizer numbers has a vocabulary of its own: leave out --vocabulary and"
              + " --vocabulary-size");
    }
    return TokenizerChoice.of(Corpus.humanNumbers().learned());
  }

  /**
   * Makes sure that the tokenizer is known before there is text.
   *
   * @throws UserMistake if it is not
   */
  public void requireGiven() {
    if (!isGiven()) {
      throw new UserMistake(
          "nothing says which "
              + kind().label()
              + " there are, and a job on a cluster makes no vocabulary of what its topic happens to"
              + " hold: give one with --vocabulary, or a tokenizer that needs none (--tokenizer"
              + " bytes, numbers or a tokenizer.json)");
    }
  }

  private static void warn(String notice) {
    System.out.println("warning: " + notice);
  }

  private TokenizerChoice ofFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserMistake(
          "there is no tokenizer '"
              + tokenizer
              + "'; expected words, characters, bytes, numbers, or the file of a tokenizer.json");
    }
    if (vocabulary != null || vocabularySize != null) {
      throw new UserMistake(
          "the tokenizer "
              + file
              + " has a vocabulary of its own: leave out --vocabulary and --vocabulary-size");
    }
    return TokenizerChoice.of(TokenizerKind.SUBWORDS.given(file, TokenizerOptions::warn));
  }
}
