package io.flinklm.topics;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A failure of a client of Kafka, which a person is told of.
 *
 * @param cause as the client gave it
 */
record KafkaFailure(Throwable cause) {

  /**
   * Puts it into words; if Kafka did not answer, looks for what keeps it from that.
   *
   * @param what went wrong, where Kafka does answer
   */
  String message(String bootstrap, List<KafkaServer> servers, String what) {
    Throwable reason = innermost(cause);
    boolean answered = reason instanceof ApiException && !isSilence(reason);
    Optional<String> obstacle = answered ? Optional.empty() : obstacle(servers);
    if (obstacle.isEmpty() && isSilence(reason)) {
      obstacle =
          Optional.of("something listens there but did not answer in time: " + reason.getMessage());
    }
    return obstacle
        .map(found -> "Kafka cannot be reached at " + bootstrap + ": " + found)
        .orElseGet(() -> "Kafka at " + bootstrap + ": " + what + ": " + reason.getMessage());
  }

  private static boolean isSilence(Throwable reason) {
    return reason instanceof TimeoutException
        || reason instanceof NetworkException
        || reason instanceof DisconnectException;
  }

  // One that can be reached is enough.
  private static Optional<String> obstacle(List<KafkaServer> servers) {
    Optional<String> first = Optional.empty();
    for (KafkaServer server : servers) {
      Optional<String> found = server.obstacle();
      if (found.isEmpty()) {
        return found;
      }
      first = first.or(() -> found);
    }
    return first;
  }

  private static Throwable innermost(Throwable failure) {
    return failure.getCause() == null ? failure : innermost(failure.getCause());
  }
}
