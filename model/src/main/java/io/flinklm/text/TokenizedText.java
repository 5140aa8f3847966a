package io.flinklm.text;

import java.util.stream.IntStream;

/** A text as a run of tokens, any of which can be had as text again. */
public interface TokenizedText {

  /** How many tokens it has. */
  int size();

  /** The id of the token at an index. */
  int id(int index);

  /** Whose ids these are. */
  Tokenizer tokenizer();

  /** The text between two indexes. */
  default String text(int from, int to) {
    return tokenizer().text(IntStream.range(from, to).map(this::id).toArray());
  }
}
