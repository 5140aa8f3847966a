package io.flinklm.text;

import io.flinklm.Quotation;

/** Text that holds a token outside the vocabulary. */
public final class UnknownTokenException extends Exception {
  private static final long serialVersionUID = 1;

  UnknownTokenException(RuntimeException ofLibrary) {
    super("the tokenizer cannot cut the text: " + ofLibrary.getMessage(), ofLibrary);
  }

  UnknownTokenException(String token, int index) {
    super(
        "token "
            + (index + 1)
            + ", "
            + Quotation.of(token)
            + ", is not in the vocabulary, which has no "
            + Vocabulary.UNKNOWN);
  }
}
