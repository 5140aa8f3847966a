package io.flinklm.train;

import io.flinklm.PlainFailure;

/**
 * A step gave NaN or infinity and training has ended before it, by {@link OnNonfinite#STOP}. The
 * message is for a person: one line that says which step, of which lanes, and where to look. The
 * same batch would give the same again, so there is no use in a second try.
 */
public final class NonfiniteException extends RuntimeException implements PlainFailure {
  private static final long serialVersionUID = 1;

  /** The line for a person. */
  public NonfiniteException(String message) {
    super(message);
  }
}
