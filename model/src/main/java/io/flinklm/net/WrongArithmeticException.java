package io.flinklm.net;

import io.flinklm.PlainFailure;

/**
 * The engine computes a model wrongly on this machine, whichever way. The message is one line for a
 * person: it names the machine, the engine and the difference, and says what helps.
 */
public final class WrongArithmeticException extends RuntimeException implements PlainFailure {
  private static final long serialVersionUID = 1;

  /** The line for a person. */
  public WrongArithmeticException(String message) {
    super(message);
  }
}
