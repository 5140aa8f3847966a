package io.flinklm.job.kafka;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Kafka does not let the job read a topic. The job ends with it at once: until somebody gives it
 * the right, every further try would end alike.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
public final class MissingRightException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * What a person is told.
   *
   * @param topic that cannot be read
   * @param bootstrap address of its Kafka
   */
  MissingRightException(String topic, String bootstrap, AuthorizationException cause) {
    super(
        "Kafka at %s does not let this client READ the topic %s: give its principal that right"
            .formatted(bootstrap, topic),
        cause);
  }
}
