package io.flinklm.text;

/** A file that is no {@code tokenizer.json}; the message says why in a clause. */
final class NotATokenizerException extends Exception {
  private static final long serialVersionUID = 1;

  NotATokenizerException(Exception why) {
    super(String.valueOf(why.getMessage()).lines().findFirst().orElse("it cannot be read"), why);
  }
}
