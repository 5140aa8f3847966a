package io.flinklm.local.flink;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Of a stack of exceptions a person is told the innermost; and what passes is told from the rest.
 */
class JobFailureTest {
  private static JobFailure failure(String innermost) {
    String stack =
        """
        java.lang.RuntimeException: One or more fetchers have encountered exception
        \tat org.apache.flink.connector.base.source.reader.Fetcher.run(Fetcher.java:1)
        Caused by: %s
        \tat org.apache.kafka.clients.Client.poll(Client.java:2)
        \t... 6 more
        """;
    return new JobFailure(1, "text", stack.formatted(innermost));
  }

  @Test
  void theInnermostIsTold() {
    String place = "Record batch for partition text-0 at offset 512 is invalid";

    assertThat(failure("org.apache.kafka.common.KafkaException: " + place).cause())
        .isEqualTo("KafkaException: " + place);
    assertThat(failure("java.lang.NullPointerException").cause()).isEqualTo("NullPointerException");
    assertThat(failure("a.B$DeepException: 1: 2").cause()).isEqualTo("DeepException: 1: 2");
    assertThat(new JobFailure(1, "", "").cause()).isEqualTo("no reason was given");
  }

  @Test
  void whatFlinkDoesNotTryAgainIsFinal() {
    String ofFlink = "org.apache.flink.runtime.execution.SuppressRestartsException: x";
    assertThat(failure(ofFlink).isFinal()).isTrue();
    assertThat(failure(FinalException.class.getName() + ": x").isFinal()).isTrue();
    assertThat(failure("java.lang.IllegalStateException: x").isFinal()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized",
        "org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed",
      })
  void whatKafkaRefusesIsNoOutage(String innermost) {
    assertThat(failure(innermost).isRefusal()).isTrue();
    assertThat(failure(innermost).isOutage()).isFalse();
    assertThat(failure("java.lang.IllegalStateException: x").isRefusal()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.apache.kafka.common.errors.TimeoutException: Expiring 3 record(s)",
        "org.apache.kafka.common.errors.DisconnectException",
        "org.apache.kafka.common.errors.UnknownTopicOrPartitionException: it is not there",
        "java.net.ConnectException: Connection refused",
        "java.net.UnknownHostException: kafka",
        "org.apache.flink.util.FlinkRuntimeException: Exceeded checkpoint tolerable failure"
            + " threshold. The latest checkpoint failed due to x",
        "java.io.IOException: No space left on device",
        "java.nio.file.FileSystemException: /out/models/.step-1: No space left on device",
        "java.io.IOException: Disk quota exceeded",
      })
  void whatIsAwayComesBack(String innermost) {
    assertThat(failure(innermost).isOutage()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.apache.kafka.common.KafkaException: Record batch for partition text-0 is invalid",
        "org.apache.kafka.common.errors.InvalidTimestampException: too old",
        "java.lang.IllegalStateException: org.apache.kafka.common.errors.TimeoutException",
        "not.there.SomeException: x",
        "java.io.IOException: Stream closed",
      })
  void whatIsWrongStaysWrong(String innermost) {
    assertThat(failure(innermost).isOutage()).isFalse();
  }

  /** As a job's own, of which no second try could end otherwise. */
  @ThrowableAnnotation(ThrowableType.NonRecoverableError)
  private static final class FinalException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
