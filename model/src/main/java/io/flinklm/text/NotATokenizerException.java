package io.flinklm.text;

/** A file that is no {@code tokenizer.json}; the message says why in a clause. */
final class NotATokenizerException extends Exception {
  private static final long serialVersionUID = 1;

  NotATokenizerException(Exception why) {
    super(why.getMessage().lines().findFirst().orElse("its library cannot read it"), why);
  }
}
