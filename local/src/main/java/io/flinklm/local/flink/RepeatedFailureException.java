package io.flinklm.local.flink;

import io.flinklm.PlainFailure;

/**
 * A job has failed as it would again: several times in the same way at the same place, or for a
 * right that is missing. The message is for a person: one line that says where and why.
 */
public final class RepeatedFailureException extends RuntimeException implements PlainFailure {
  private static final long serialVersionUID = 1;

  /** The line for a person. */
  public RepeatedFailureException(String message) {
    super(message);
  }
}
