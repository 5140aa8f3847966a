package io.flinklm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.TextTopic;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/scores.md: lines planted in a log are what the model expected least. */
class ScoresCommandITCase {
  private static final Path EXAMPLE = Path.of("..", "docs", "scores").toAbsolutePath().normalize();
  private static final List<String> PLANTED =
      List.of(
          "Out of memory",
          "Failed password",
          "unpakced",
          "Traceback",
          "to be, or not to be",
          "DROP TABLE");

  @TempDir private Path directory;

  @Test
  void plantedLinesRankFirst() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      write(broker, lines());
      Ended trained =
          Command.here(
              directory,
              "train",
              "--bootstrap=" + broker.address(),
              "--bounded",
              "--scores",
              "--json",
              "--port=0",
              "--model=lmmodel6",
              "--lanes=8",
              "--bptt=32");
      assertThat(trained.json().get("steps").asInt()).isGreaterThan(700);

      Ended scores =
          Command.here("scores", "--bootstrap=" + broker.address(), "--top=6", "--from-step=400");

      assertThat(scores.code()).as(scores.toString()).isEqualTo(0);
      System.out.println(scores.out());
      assertThat(scores.out().lines().filter(ScoresCommandITCase::isPlanted)).hasSize(6);
    }
  }

  private static boolean isPlanted(String line) {
    String text = line.replace(" ", "").replace('␣', ' ');
    return PLANTED.stream().anyMatch(text::contains);
  }

  /** What a person's kcat would write. */
  private static List<String> lines() throws Exception {
    Process scripts =
        new ProcessBuilder("bash", "-c", "./plant.sh packages.log | ./lanes.sh 8")
            .directory(EXAMPLE.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> lines =
        new String(scripts.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(scripts.waitFor()).isEqualTo(0);
    return lines;
  }

  private static void write(TestedKafka broker, List<String> lines) throws Exception {
    TextTopic.create(broker.kafka(), "text", 4);
    // With more in flight, a fresh topic may take the second batch and refuse the first for good.
    Map<String, Object> client =
        Map.of("bootstrap.servers", broker.address(), "max.in.flight.requests.per.connection", 1);
    try (KafkaProducer<String, String> kafka =
        new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
      for (var sent :
          lines.stream()
              .map(line -> line.split("\\|", 2))
              .map(line -> kafka.send(new ProducerRecord<>("text", line[0], line[1])))
              .collect(Collectors.toList())) {
        sent.get();
      }
    }
  }
}
