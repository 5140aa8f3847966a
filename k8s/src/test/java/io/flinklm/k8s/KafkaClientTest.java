package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kafka's clients take the properties that are mounted, with secrets that are only in files. */
class KafkaClientTest {
  private static final String MOUNTED = "/etc/kafka-client";
  private static final String PASSWORD = "not-to-be-seen-17";
  private static final String LOGIN =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"lm\" password=\""
          + PASSWORD
          + "\";";

  @TempDir private Path directory;

  static Stream<Overlay> overlays() {
    return Overlay.all().stream();
  }

  private Map<String, Object> properties(Overlay overlay) throws IOException {
    Properties properties = new Properties();
    properties.load(
        new StringReader(
            overlay
                .only(ConfigMap.class)
                .getData()
                .get("client.properties")
                .replace(MOUNTED, directory.toString())));
    Map<String, Object> all = new HashMap<>();
    properties.forEach((name, value) -> all.put((String) name, value));
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    return all;
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void theFileIsThereByTheNameThatIsGiven(Overlay overlay) {
    for (List<String> arguments :
        List.of(Arguments.ofJob(overlay), Arguments.ofProducer(overlay))) {
      assertThat(Arguments.value(arguments, "kafka-properties"))
          .isEqualTo(MOUNTED + "/client.properties");
    }
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyPropertyIsOneOfKafkas(Overlay overlay) throws Exception {
    assertThat(properties(overlay).keySet())
        .filteredOn(name -> !name.startsWith(AbstractConfig.CONFIG_PROVIDERS_CONFIG))
        .isSubsetOf(ProducerConfig.configNames())
        .isSubsetOf(ConsumerConfig.configNames());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void noManifestHoldsASecret(Overlay overlay) {
    assertThat(overlay.manifests())
        .noneMatch(manifest -> manifest.tree().get("kind").asText().equals("Secret"))
        .noneMatch(manifest -> manifest.tree().toString().matches("(?i).*passw.*"));
  }

  @Test
  void aClientLogsInByTheFilesOfSecrets() throws Exception {
    Path certificate = directory.resolve("ca.crt");
    Files.writeString(directory.resolve("sasl.jaas.config"), LOGIN);
    certificate(certificate);
    Map<String, Object> properties = properties(Overlay.of("cpu"));

    assertThat(properties.toString()).doesNotContain(PASSWORD);
    ByteArraySerializer bytes = new ByteArraySerializer();
    new KafkaProducer<>(properties, bytes, bytes).close();
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    ProducerConfig read = new ProducerConfig(properties);
    assertThat(read.getPassword("sasl.jaas.config").value()).isEqualTo(LOGIN);
    assertThat(read.values().toString()).doesNotContain(PASSWORD);

    Files.writeString(certificate, "no certificate");
    assertThatThrownBy(() -> new KafkaProducer<>(properties, bytes, bytes))
        .isInstanceOf(KafkaException.class)
        .hasRootCauseMessage("No matching CERTIFICATE entries in PEM file");
  }

  private void certificate(Path file) throws Exception {
    Path store = directory.resolve("store.p12");
    keytool("-genkeypair", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=ca", store);
    keytool("-exportcert", "-rfc", "-alias", "ca", "-file", file.toString(), store);
  }

  private static void keytool(Object... arguments) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool")),
                Stream.of(arguments))
            .map(Object::toString)
            .collect(java.util.stream.Collectors.toList());
    command.add(command.size() - 1, "-keystore");
    command.addAll(List.of("-storepass", PASSWORD));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).as(command.toString()).isEqualTo(0);
  }
}
