package io.flinklm.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.local.kafka.Broker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Kafka that asks for a password: given as properties of its clients, and written nowhere. */
class SecuredKafkaITCase {
  private static final String PASSWORD = "not-to-be-seen-17";

  @TempDir private Path directory;
  private String address;
  private Broker broker;

  @BeforeEach
  void startBroker() throws Exception {
    int port = freePort();
    String open = "127.0.0.1:" + port;
    String controller = "127.0.0.1:" + freePort();
    address = "127.0.0.1:" + freePort();
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "listeners", "BROKER://" + open + ",CONTROLLER://" + controller + ",SECURE://" + address);
    settings.put("advertised.listeners", "BROKER://" + open + ",SECURE://" + address);
    settings.put("controller.quorum.voters", Broker.NODE + "@" + controller);
    settings.put(
        "listener.security.protocol.map",
        "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_PLAINTEXT");
    settings.put("sasl.enabled.mechanisms", "PLAIN");
    settings.put("listener.name.secure.plain.sasl.jaas.config", login("user_lm"));
    broker = Broker.start(directory.resolve("kafka"), port, settings);
    Files.writeString(directory.resolve("secrets.properties"), "password=" + PASSWORD);
    Files.writeString(directory.resolve("client.properties"), properties("password"));
  }

  @AfterEach
  void stopBroker() {
    broker.close();
  }

  private static String login(String user) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required "
        + user
        + "=\""
        + PASSWORD
        + "\";";
  }

  // The password lies in a file of its own, as a secret that a cluster mounts does.
  private String properties(String key) {
    return """
        security.protocol=SASL_PLAINTEXT
        sasl.mechanism=PLAIN
        config.providers=file
        config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider
        sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
        username="lm" password="${file:%s:%s}";
        """
        .formatted(directory.resolve("secrets.properties"), key);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void everyClientOfARunLogsIn() throws Exception {
    // In a process of its own: its log is among the files that must not hold the password.
    Ended run = process("run", "--epochs=2", "--hidden=8", "--scores", "--json", "--port=0");
    assertThat(run.json().get("steps").asInt()).isEqualTo(98);

    Ended scores = command("scores", "--top=1");
    assertThat(scores.code()).as(scores.toString()).isEqualTo(0);
    Ended produced = command("produce", "--epochs=1");
    assertThat(produced.code()).as(produced.toString()).isEqualTo(0);
    Ended trained =
        command(
            "train",
            "--bounded",
            "--hidden=8",
            "--json",
            "--port=0",
            "--out=" + directory.resolve("trained"));
    assertThat(trained.json().get("steps").asInt()).isPositive();
    Ended watched = command("watch");
    assertThat(watched.out()).contains("The run has ended");

    requireSecret(run, scores, produced, trained, watched);
  }

  @Test
  void whoDoesNotIsToldSo() throws Exception {
    Files.writeString(directory.resolve("secrets.properties"), "password=wrong");
    Ended refused = command("run", "--epochs=1", "--port=0", "--out=" + directory.resolve("out"));

    assertThat(refused.mistake()).contains(address).contains("Authentication failed");
    assertThat(Command.here(directory, "run", "--kafka-property=security.protocol=SSL").mistake())
        .contains("--bootstrap");
    assertThat(
            Command.here("watch", "--bootstrap=" + address, "--kafka-properties=nowhere").mistake())
        .contains("nowhere");
  }

  private Ended process(String name, String... more) throws Exception {
    return Command.run(directory, arguments("client.properties", name, more));
  }

  private Ended command(String name, String... more) {
    return Command.here(arguments(directory.resolve("client.properties").toString(), name, more));
  }

  private String[] arguments(String properties, String name, String... more) {
    return Stream.concat(
            Stream.of(name, "--bootstrap=" + address, "--kafka-properties=" + properties),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private void requireSecret(Ended... commands) throws IOException {
    for (Ended ended : commands) {
      assertThat(ended.out() + ended.err()).doesNotContain(PASSWORD);
    }
    try (Stream<Path> files = Files.walk(directory.resolve("out"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), ISO_8859_1))
            .as(file.toString())
            .doesNotContain(PASSWORD);
      }
    }
  }
}
