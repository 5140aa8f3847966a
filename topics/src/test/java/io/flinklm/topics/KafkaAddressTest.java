package io.flinklm.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaAddressTest {
  private static final Map<String, Object> HURRIED =
      Map.of(
          CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 500,
          CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 1_000);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "localhost:",
        ":9092",
        "localhost:kafka",
        "localhost:0",
        "localhost:65536",
        "http://localhost:9092",
        "a:1,",
        "a:1,b",
        "::1:9092"
      })
  void whatIsNotHostAndPortIsAMistake(String bootstrap) {
    assertThatThrownBy(() -> KafkaAddress.of(bootstrap))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("'" + bootstrap + "' is not HOST:PORT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:9092", "a-b.example:1,c:65535", "a:1, b:2", "[::1]:9092"})
  void hostAndPortAreTaken(String bootstrap) {
    assertThatCode(() -> KafkaAddress.of(bootstrap)).doesNotThrowAnyException();
  }

  @Test
  void whatThePersonGivesOverridesWhatAClientPrefers() {
    KafkaAddress kafka = new KafkaAddress("a:1", Map.of("x", 1, "bootstrap.servers", "b:2"));
    assertThat(kafka.properties(Map.of("x", 2, "y", 3)))
        .isEqualTo(Map.of("x", 1, "y", 3, "bootstrap.servers", "a:1"));
  }

  @Test
  void aClosedPortIsNamed() throws IOException {
    String address;
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + server.getLocalPort();
    }
    assertThatThrownBy(new KafkaAddress(address, HURRIED)::requireReachable)
        .isInstanceOf(UserMistake.class)
        .hasMessage("Kafka cannot be reached at " + address + ": Connection refused");
  }

  @Test
  void aListenerThatIsNoKafkaIsNamed() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + silent.getLocalPort();
      assertThatThrownBy(new KafkaAddress(address, HURRIED)::requireReachable)
          .isInstanceOf(UserMistake.class)
          .hasMessageStartingWith("Kafka cannot be reached at " + address + ": something listens");
    }
  }

  @Test
  void anUnknownHostIsNamed() {
    assertThatThrownBy(KafkaAddress.of("nowhere.invalid:9092")::requireReachable)
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "Kafka cannot be reached at nowhere.invalid:9092: no machine is known by the name"
                + " nowhere.invalid");
  }

  @Test
  void aPropertyThatKafkaRefusesIsNamed() throws IOException {
    try (ServerSocket open = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      KafkaAddress kafka =
          new KafkaAddress(
              "127.0.0.1:" + open.getLocalPort(), Map.of("security.protocol", "SECRET"));
      assertThatThrownBy(kafka::requireReachable)
          .isInstanceOf(UserMistake.class)
          .hasMessageContaining("security.protocol");
    }
  }
}
