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
 * A text as its tokens. A token takes four bytes here: it is held as its id in a tokenizer that
 * gives the text back, which for words is one that knows them all. The one that is {@link #learned}
 * from the text may know fewer.
 */
public final class Corpus implements TokenizedText {
  private final String name;
  private final Tokenizer tokenizer;
  private final Tokenizer learned;
  private final int[] ids;
  private final Optional<TextPieces> pieces;

  private Corpus(
      String name,
      Tokenizer tokenizer,
      Tokenizer learned,
      int[] ids,
      Optional<TextPieces> pieces) {
    this.name = name;
    this.tokenizer = tokenizer;
    this.learned = learned;
    this.ids = ids;
    this.pieces = pieces;
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
    CorpusTokens tokens = new CorpusTokens(choice);
    tokens.add(text.getBytes(StandardCharsets.UTF_8));
    return of(name, tokens, choice);
  }

  private static Corpus of(String name, CorpusTokens tokens, TokenizerChoice choice) {
    Tokenizer learned = choice.learned(tokens.counts());
    Tokenizer exact = choice.kind() == TokenizerKind.WORDS ? tokens.tokenizer() : learned;
    try {
      Optional<TextPieces> pieces = tokens.pieces(exact);
      int[] ids = pieces.isPresent() ? pieces.get().ids() : tokens.ids(exact);
      return new Corpus(name, exact, learned, ids, pieces);
    } catch (UnknownTokenException e) {
      throw new UserMistake(name + ": " + e.getMessage(), e);
    }
  }

  /** Reads a file of text, as {@link #read(List, TokenizerChoice, Consumer)}. */
  public static Corpus read(Path file, TokenizerChoice choice, Consumer<String> notices) {
    return read(List.of(file), choice, notices);
  }

  /**
   * Reads files of text, one behind the other. Of several, one may be empty.
   *
   * @param choice the tokenizer that is asked for
   * @param notices is told what is left out
   * @throws UserMistake if one cannot be read or has bytes that are no text, or no token is in all
   */
  public static Corpus read(List<Path> files, TokenizerChoice choice, Consumer<String> notices) {
    CorpusTokens tokens = new CorpusTokens(choice);
    for (Path file : files) {
      long before = tokens.bytes();
      CorpusFile.read(file, choice, notices, tokens::add);
      if (tokens.bytes() == before && files.size() > 1) {
        notices.accept("the corpus " + file + " is empty");
      }
    }
    String name =
        "the corpus " + (files.size() == 1 ? files.get(0) : "of " + files.size() + " files");
    if (tokens.isEmpty()) {
      throw new UserMistake(name + " is empty; expected UTF-8 text");
    }
    return of(name, tokens, choice);
  }

  @Override
  public int size() {
    return ids.length;
  }

  @Override
  public int id(int index) {
    return ids[index];
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Optional<TextPieces> pieces() {
    return pieces;
  }

  /** The tokenizer that was asked for, as the text has made it. */
  public Tokenizer learned() {
    return learned;
  }

  /**
   * The id of each token by another tokenizer that cuts the text likewise; a word outside its
   * vocabulary gets the id of {@code <unk>}.
   *
   * @throws UserMistake if a token has no id there
   */
  public int[] ids(Tokenizer other) {
    if (other.fingerprint().equals(tokenizer.fingerprint())) {
      return ids.clone();
    }
    int[] translation = new int[tokenizer.size()];
    for (int own = 0; own < translation.length; own++) {
      try {
        translation[own] = other.ids(tokenizer.token(own))[0];
      } catch (UnknownTokenException e) {
        throw outside(own, other);
      }
    }
    return Arrays.stream(ids).map(own -> translation[own]).toArray();
  }

  private UserMistake outside(int own, Tokenizer other) {
    int index = 0;
    while (ids[index] != own) {
      index++;
    }
    return new UserMistake(
        ("%s: token %d, %s, is not in the vocabulary of %d tokens, which has no %s; add one of"
                + " the two")
            .formatted(
                name,
                index + 1,
                Quotation.of(tokenizer.token(own)),
                other.size(),
                Vocabulary.UNKNOWN));
  }
}
