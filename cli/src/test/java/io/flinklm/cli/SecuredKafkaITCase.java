package io.flinklm.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.SecuredKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Kafka that asks for a password: given as properties of its clients, and written nowhere. */
class SecuredKafkaITCase {
  @TempDir private Path directory;
  private SecuredKafka kafka;

  @BeforeEach
  void startBroker() throws Exception {
    kafka = SecuredKafka.start(directory, Map.of());
  }

  @AfterEach
  void stopBroker() {
    kafka.close();
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
    Files.writeString(kafka.secret(), "password=wrong");
    Ended refused = command("run", "--epochs=1", "--port=0", "--out=" + directory.resolve("out"));

    assertThat(refused.mistake()).contains(kafka.address()).contains("Authentication failed");
    assertThat(Command.here(directory, "run", "--kafka-property=security.protocol=SSL").mistake())
        .contains("--bootstrap");
    assertThat(
            Command.here("watch", "--bootstrap=" + kafka.address(), "--kafka-properties=nowhere")
                .mistake())
        .contains("nowhere");
  }

  private Ended process(String name, String... more) throws Exception {
    return Command.run(directory, kafka.arguments(name, more));
  }

  private Ended command(String name, String... more) {
    return Command.here(kafka.arguments(name, more));
  }

  private void requireSecret(Ended... commands) throws IOException {
    for (Ended ended : commands) {
      assertThat(ended.out() + ended.err()).doesNotContain(SecuredKafka.PASSWORD);
    }
    try (Stream<Path> files = Files.walk(directory.resolve("out"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), ISO_8859_1))
            .as(file.toString())
            .doesNotContain(SecuredKafka.PASSWORD);
      }
    }
  }
}
