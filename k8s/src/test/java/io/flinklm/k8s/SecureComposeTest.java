package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.junit.jupiter.api.Test;

/**
 * The Kafka with passwords of docker compose lets nobody in without one, and the files that are
 * committed hold none.
 */
class SecureComposeTest {
  private static final String CLIENT = "./docker/kafka/client.properties";
  private static final String LOGIN = "/etc/kafka-login";

  private final Compose compose = Compose.all().get(1);

  @Test
  void everyListenerButTheControllersOwnAsksForALogin() {
    String kafka = "/environment/KAFKA_";

    assertThat(compose.service("kafka").at(kafka + "LISTENER_SECURITY_PROTOCOL_MAP").asText())
        .isEqualTo("INTERNAL:SASL_SSL,CONTROLLER:PLAINTEXT,LOCAL:SASL_SSL");
    assertThat(compose.service("kafka").at(kafka + "LISTENERS").asText())
        .contains("CONTROLLER://localhost:");
  }

  @Test
  void everyClientHasTheFilesThatItIsTold() throws Exception {
    Properties client = new Properties();
    client.load(new StringReader(Files.readString(Compose.TOP.resolve(CLIENT))));

    assertThat(client.stringPropertyNames())
        .filteredOn(name -> !name.startsWith(AbstractConfig.CONFIG_PROVIDERS_CONFIG))
        .isSubsetOf(ProducerConfig.configNames())
        .isSubsetOf(ConsumerConfig.configNames());
    assertThat(client.getProperty("ssl.truststore.location")).startsWith(LOGIN + "/");
    assertThat(client.getProperty("sasl.jaas.config"))
        .isEqualTo("${directory:" + LOGIN + ":sasl.jaas.config}");
    for (Map.Entry<String, String> secrets :
        Map.of(
                "topics", "./secrets/command",
                "producer", "./secrets/command",
                "jobmanager", "./secrets/job",
                "taskmanager", "./secrets/job",
                "taskmanager-reserve", "./secrets/job")
            .entrySet()) {
      assertThat(compose.mounts(secrets.getKey()))
          .as(secrets.getKey())
          .containsEntry(secrets.getValue(), LOGIN)
          .containsEntry(CLIENT, "/etc/kafka-client.properties");
    }
    for (List<String> arguments :
        List.of(
            compose.ofJob(),
            compose.texts("topics", "command"),
            compose.texts("producer", "command"))) {
      assertThat(Arguments.value(arguments, "kafka-properties"))
          .isEqualTo(compose.mounts("producer").get(CLIENT));
    }
  }

  @Test
  void noFileHoldsASecret() throws Exception {
    assertThat(compose.tree().toString()).doesNotContainPattern("(?i)passw(?!ords)");
    assertThat(Files.readString(Compose.TOP.resolve(CLIENT))).doesNotContainPattern("(?i)password");
    assertThat(Files.readString(Compose.TOP.resolve(".gitignore"))).contains("/secrets/\n");
    // What is not listed in it does not get into an image.
    assertThat(Files.readString(Compose.TOP.resolve(".dockerignore")))
        .contains("\n*\n")
        .doesNotContain("secrets");
  }
}
