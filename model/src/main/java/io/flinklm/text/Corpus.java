package io.flinklm.text;

import io.flinklm.Quotation;
import io.flinklm.UserMistake;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A text as its tokens. A token takes four bytes here, of memory or, of a long text, of a file: it
 * is held as its id in a tokenizer that gives the text back, which for words is one that knows them
 * all. The one that is {@link #learned} from the text may know fewer.
 */
public final class Corpus implements TokenizedText {
  private final String name;
  private final CorpusTokens tokens;
  private final TokenIds ids;

  private Corpus(String name, CorpusTokens tokens) {
    this.name = name;
    this.tokens = tokens;
    ids = tokens.ids();
  }

  /** The human numbers, joined by {@code " . "}. */
  public static Corpus humanNumbers() {
    return humanNumbers(TokenizerChoice.WORDS);
  }

  /** The same with the tokenizer that is asked for. */
  public static Corpus humanNumbers(TokenizerChoice choice) {
    return of("the human numbers", HumanNumbers.text(), choice);
  }

  /** A text of these words. */
  public static Corpus ofWords(List<String> words) {
    return of("the text", String.join(" ", words), TokenizerChoice.WORDS);
  }

  private static Corpus of(String name, String text, TokenizerChoice choice) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Path here = Path.of(".");
    return of(name, (pieces, first) -> pieces.accept(bytes), choice, here);
  }

  private static Corpus of(
      String name, CorpusTokens.Text text, TokenizerChoice choice, Path spool) {
    CorpusTokens tokens = new CorpusTokens(name, choice, spool);
    tokens.read(text);
    if (tokens.ids().size() == 0) {
      throw new UserMistake(name + " is empty; expected UTF-8 text");
    }
    return new Corpus(name, tokens);
  }

  /** Reads a small file of text, as {@link #read(CorpusFiles, TokenizerChoice)}. */
  public static Corpus read(Path file, TokenizerChoice choice, Consumer<String> notices) {
    return read(new CorpusFiles(List.of(file), file.toAbsolutePath().getParent(), notices), choice);
  }

  /**
   * Reads files of text, one behind the other. Of several, one may be empty.
   *
   * @param choice the tokenizer that is asked for
   * @throws UserMistake if one cannot be read or has bytes that are no text, or no token is in all
   */
  public static Corpus read(CorpusFiles files, TokenizerChoice choice) {
    return of(
        files.name(), (pieces, first) -> files.read(choice, pieces, first), choice, files.spool());
  }

  @Override
  public int size() {
    return ids.size();
  }

  @Override
  public int id(int index) {
    return ids.id(index);
  }

  @Override
  public Tokenizer tokenizer() {
    return tokens.exact();
  }

  @Override
  public Optional<TextPieces> pieces() {
    return tokens.pieces();
  }

  /** The tokenizer that was asked for, as the text has made it. */
  public Tokenizer learned() {
    return tokens.learned();
  }

  /**
   * The id of each token by another tokenizer that cuts the text likewise; a word outside its
   * vocabulary gets the id of {@code <unk>}.
   *
   * @throws UserMistake if a token has no id there
   */
  public int[] ids(Tokenizer other) {
    Tokenizer tokenizer = tokens.exact();
    int[] all = ids.toArray();
    if (other.fingerprint().equals(tokenizer.fingerprint())) {
      return all;
    }
    int[] translation = new int[tokenizer.size()];
    for (int own = 0; own < translation.length; own++) {
      try {
        translation[own] = other.ids(tokenizer.token(own))[0];
      } catch (UnknownTokenException e) {
        throw outside(own, other);
      }
    }
    return Arrays.stream(all).map(own -> translation[own]).toArray();
  }

  private UserMistake outside(int own, Tokenizer other) {
    int index = 0;
    while (ids.id(index) != own) {
      index++;
    }
    return new UserMistake(
        ("%s: token %d, %s, is not in the vocabulary of %d tokens, which has no %s; add one of"
                + " the two")
            .formatted(
                name,
                index + 1,
                Quotation.of(tokens.exact().token(own)),
                other.size(),
                Vocabulary.UNKNOWN));
  }
}
