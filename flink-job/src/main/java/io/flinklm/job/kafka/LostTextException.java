package io.flinklm.job.kafka;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * The text that was to be read next is not there any more. The job ends with it at once: Flink
 * would otherwise try without end, and miss the same each time.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class LostTextException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LostTextException(String message) {
    super(message);
  }
}
