package io.flinklm.text;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Cuts text into tokens, gives each its id, and makes text of ids again. A tokenizer belongs to the
 * model that was trained with it: it lies beside the weights, and another one is refused. Ids are
 * the whole numbers below {@link #size}.
 */
public interface Tokenizer extends TextForm {

  /** Which kind it is of. */
  TokenizerKind kind();

  /** What is done to text before it is cut. */
  default Normalization normalization() {
    return Normalization.NONE;
  }

  /** What it is called in files. */
  default TokenizerName name() {
    return new TokenizerName(kind(), normalization());
  }

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
   * The tokens of text with their bytes. Unless it is said otherwise they are those of the ids, as
   * far as the text goes, and the last token takes what is left.
   *
   * @throws UnreadableTextException if the bytes are not text
   * @throws UnknownTokenException if a token has no id
   */
  default TextTokens tokens(byte[] text) throws UnreadableTextException, UnknownTokenException {
    int[] ids = ids(text);
    int[] lengths = new int[ids.length];
    int left = text.length;
    for (int i = 0; i < ids.length; i++) {
      lengths[i] = i == ids.length - 1 ? left : Math.min(left, length(ids[i]));
      left -= lengths[i];
    }
    return new TextTokens(ids, lengths);
  }

  /** How many bytes a token has by itself. */
  default int length(int id) {
    return bytes(new int[] {id}).length;
  }

  /** The token of an id, as a person reads it. */
  String token(int id);

  /**
   * The text of tokens, as bytes: what {@link #ids} makes the same ids of, but for subwords, of
   * which the same text may have others.
   */
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
    return description(name().label(), size(), fingerprint());
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
