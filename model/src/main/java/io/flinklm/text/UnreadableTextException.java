package io.flinklm.text;

/** Bytes that are no text; the message says which of them. */
public final class UnreadableTextException extends Exception {
  private static final long serialVersionUID = 1;

  UnreadableTextException(String message) {
    super(message);
  }
}
