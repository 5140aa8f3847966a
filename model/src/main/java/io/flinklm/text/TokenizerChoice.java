package io.flinklm.text;

import io.flinklm.UserMistake;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The tokenizer that a person asks for, before the text has been looked at.
 *
 * @param kind of the tokenizer
 * @param mostFrequent how many words or characters, the most frequent ones, get ids of their own;
 *     empty for all that the text has
 * @param given one that is there already; empty for one that the text makes
 * @param normalization what is done to text before it is cut
 */
public record TokenizerChoice(
    TokenizerKind kind,
    OptionalInt mostFrequent,
    Optional<Tokenizer> given,
    Normalization normalization) {
  /** All the words of the text: the chapter's. */
  public static final TokenizerChoice WORDS = of(TokenizerKind.WORDS);

  /**
   * The same, if it makes sense.
   *
   * @throws UserMistake if it does not
   */
  public TokenizerChoice {
    if (kind == TokenizerKind.SUBWORDS && given.isEmpty()) {
      throw new IllegalArgumentException("no text makes a tokenizer of subwords");
    }
    if (mostFrequent.isPresent() && kind == TokenizerKind.BYTES) {
      throw new UserMistake(
          "--tokenizer bytes has 256 ids, whatever the text: leave out --vocabulary-size");
    }
    if (!normalization.equals(Normalization.NONE)
        && (kind == TokenizerKind.BYTES || kind == TokenizerKind.SUBWORDS)) {
      throw new UserMistake(
          kind == TokenizerKind.BYTES
              ? "--tokenizer bytes takes them as they are: leave out --normalize and --lowercase"
              : "a tokenizer.json has its own normalizer: leave out --normalize and --lowercase");
    }
    if (mostFrequent.isPresent() && mostFrequent.getAsInt() < 1) {
      throw new UserMistake(
          "--vocabulary-size must be at least 1, found " + mostFrequent.getAsInt());
    }
  }

  /** A choice of text as it is. */
  public TokenizerChoice(TokenizerKind kind, OptionalInt mostFrequent, Optional<Tokenizer> given) {
    this(kind, mostFrequent, given, Normalization.NONE);
  }

  /**
   * The same with something done to text before.
   *
   * @throws UserMistake if the tokenizer cannot have it
   */
  public TokenizerChoice with(Normalization before) {
    return new TokenizerChoice(kind, mostFrequent, given.map(before::before), before);
  }

  /** All the tokens of the text. */
  public static TokenizerChoice of(TokenizerKind kind) {
    return new TokenizerChoice(kind, OptionalInt.empty(), Optional.empty());
  }

  /** A tokenizer that is there already. */
  public static TokenizerChoice of(Tokenizer given) {
    return new TokenizerChoice(
        given.kind(), OptionalInt.empty(), Optional.of(given), given.normalization());
  }

  /** The form of the text, as far as it is known before the text. */
  public TextForm form() {
    if (given.isPresent()) {
      return given.get();
    }
    return normalization.equals(Normalization.NONE)
        ? kind
        : new NormalizedForm(kind, normalization);
  }

  /** Counts the tokens of a piece of text, which begins and ends between tokens. */
  public void count(byte[] text, TokenCounts counts) {
    kind.count(normalization.apply(text), counts);
  }

  /**
   * The tokenizer that was learned from what was counted. Where words are left out, or may come
   * that were not counted, {@code <unk>} has an id behind the others.
   */
  public Tokenizer learned(TokenCounts counts) {
    if (given.isPresent()) {
      return given.get();
    }
    if (kind != TokenizerKind.WORDS || mostFrequent.isEmpty()) {
      return normalization.before(kind.learned(counts, mostFrequent.orElse(Integer.MAX_VALUE)));
    }
    List<String> kept = new ArrayList<>(counts.mostFrequent(mostFrequent.getAsInt()));
    if (!kept.contains(Vocabulary.UNKNOWN)) {
      kept.add(Vocabulary.UNKNOWN);
    }
    return normalization.before(WordTokenizer.of(kept));
  }

  /** Whether a text has as many tokens by the tokenizer as by {@link #form}. */
  public boolean keepsAll() {
    return given.isPresent() || mostFrequent.isEmpty() || kind == TokenizerKind.WORDS;
  }
}
