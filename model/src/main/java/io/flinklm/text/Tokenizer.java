package io.flinklm.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts text into tokens, gives each its id, and makes text of ids again. A tokenizer belongs to the
 * model that was trained with it: it lies beside the weights, and another one is refused. Ids are
 * the whole numbers below {@link #size}.
 */
public interface Tokenizer extends TextForm {

  /** Which kind it is of. */
  TokenizerKind kind();

  /** How many ids there are. */
  int size();

  /**
   * The ids of the tokens of text.
   *
   * @throws UnreadableTextException if the bytes are not text
   * @throws UnknownTokenException if a token has no id
   */
  int[] ids(byte[] text) throws UnreadableTextException, UnknownTokenException;

  /**
   * The ids of the tokens of text.
   *
   * @throws UnknownTokenException if a token has no id
   */
  int[] ids(String text) throws UnknownTokenException;

  /**
   * The tokens of text with their bytes. Unless it is said otherwise they are those of the ids, and
   * the last token takes what is left.
   *
   * @throws UnreadableTextException if the bytes are not text
   * @throws UnknownTokenException if a token has no id
   */
  default TextTokens tokens(byte[] text) throws UnreadableTextException, UnknownTokenException {
    int[] ids = ids(text);
    int[] lengths = Arrays.stream(ids).map(this::length).toArray();
    if (lengths.length > 0) {
      lengths[lengths.length - 1] += text.length - Arrays.stream(lengths).sum();
    }
    return new TextTokens(ids, lengths);
  }

  /** How many bytes a token has by itself. */
  default int length(int id) {
    return bytes(new int[] {id}).length;
  }

  /** The token of an id, as a person reads it. */
  String token(int id);

  /** The text of tokens, as bytes: what {@link #ids} makes the same ids of. */
  byte[] bytes(int[] ids);

  /** The text of tokens. A character of which bytes are missing is U+FFFD. */
  default String text(int[] ids) {
    return new String(bytes(ids), StandardCharsets.UTF_8);
  }

  /** Names the tokens and their ids: two tokenizers are the same if their fingerprints are. */
  String fingerprint();

  /** The contents of the file that lies beside the weights. */
  byte[] toBytes();

  /** Kind, size and fingerprint, for messages. */
  default String description() {
    return description(kind().label(), size(), fingerprint());
  }

  /** The same of one that is not at hand. */
  static String description(String kind, int size, String fingerprint) {
    return kind + ", " + size + " tokens with the fingerprint " + fingerprint;
  }

  @Override
  default byte[] textOf(byte[] value) {
    return kind().textOf(value);
  }

  @Override
  default Optional<String> whyUnreadable(byte[] text) {
    return kind().whyUnreadable(text);
  }

  @Override
  default int count(byte[] text) {
    return kind().count(text);
  }

  @Override
  default String beginning(byte[] text) {
    return kind().beginning(text);
  }
}
