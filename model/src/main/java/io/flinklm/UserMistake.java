package io.flinklm;

/**
 * A mistake in what a person gave: an option, a file, an address. The message is for that person:
 * it says in one line what was wrong, where, and what would be right. Commands print it without a
 * stack trace and end with exit code 2.
 */
public final class UserMistake extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A mistake, said in one line. */
  public UserMistake(String message) {
    super(message);
  }

  /** The same, with what showed it. */
  public UserMistake(String message, Throwable cause) {
    super(message, cause);
  }
}
