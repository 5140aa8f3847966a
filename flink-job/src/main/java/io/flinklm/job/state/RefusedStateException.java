package io.flinklm.job.state;

import io.flinklm.Blob.RefusedException;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;

/**
 * State in a checkpoint that is damaged or not of this job. The job ends with it at once: Flink
 * would otherwise try without end, and read the same each time.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class RefusedStateException extends RefusedException {
  private static final long serialVersionUID = 1;

  private RefusedStateException(RefusedException refused) {
    super(refused.getMessage());
    initCause(refused);
  }

  /** Something that reads state. */
  public interface Reading {
    void read() throws Exception;
  }

  /** Reads state, and ends the job if it is refused. */
  public static void endingTheJob(Reading reading) throws Exception {
    try {
      reading.read();
    } catch (RefusedException e) {
      throw new RefusedStateException(e);
    }
  }
}
