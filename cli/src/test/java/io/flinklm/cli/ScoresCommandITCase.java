package io.flinklm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.TextTopic;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.Score;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.topics.client.ScoredRecords;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/scores.md: lines planted in a log are what the model expected least. */
class ScoresCommandITCase {
  private static final Path EXAMPLE = Path.of("..", "docs", "scores").toAbsolutePath().normalize();
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> PLANTED =
      List.of(
          "Out of memory",
          "Failed password",
          "unpakced",
          "Traceback",
          "to be, or not to be",
          "DROP TABLE");

  @TempDir private static Path shared;
  private static TestedKafka broker;

  @TempDir private Path directory;

  @BeforeAll
  static void startKafka() throws Exception {
    broker = TestedKafka.start(shared.resolve("kafka"));
  }

  @AfterAll
  static void stopKafka() {
    broker.close();
  }

  @Test
  void plantedLinesRankFirst() throws Exception {
    write(
        "text",
        example("./lanes.sh 8").stream()
            .map(line -> line.split("\\|", 2))
            .map(parts -> new ProducerRecord<>("text", parts[0], parts[1]))
            .toList());
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

  @Test
  void plantedLinesOfThreeHostsAreAlertsAndHardlyAnythingElseIs() throws Exception {
    List<ProducerRecord<String, String>> records = new ArrayList<>();
    long start = System.currentTimeMillis() - 4_000_000;
    for (String line : example("./hosts.sh")) {
      String[] parts = line.split("\\|", 2);
      String json = JSON.writeValueAsString(Map.of("host", parts[0], "message", parts[1]));
      long time = start + records.size() * 1_000L;
      records.add(new ProducerRecord<>("hosts-text", null, time, parts[0], json));
    }
    write("hosts-text", records);
    Ended trained =
        Command.here(
            directory,
            "train",
            "--bootstrap=" + broker.address(),
            "--topic-prefix=hosts-",
            "--bounded",
            "--streams",
            "--text-field=/message",
            "--key-field=/host",
            "--scores",
            "--alerts=5",
            "--json",
            "--port=0",
            "--tokenizer=bytes",
            "--model=lmmodel6",
            "--hidden=64",
            "--batch=3",
            "--bptt=32");
    assertThat(trained.json().get("steps").asInt()).isGreaterThan(2_500);

    KafkaAddress kafka = broker.kafka().withTopicPrefix("hosts-");
    assertThat(new TopicSetup(kafka).end(TopicNames.SCORES))
        .containsEntry(0, (long) records.size());
    ScoredRecords reader = new ScoredRecords(kafka, TopicNames.ALERTS);
    List<Score> alerts = reader.mostUnusual(records.size(), 0);
    assertThat(alerts)
        .allSatisfy(alert -> assertThat(alert.deviations()).isGreaterThanOrEqualTo(5))
        .extracting(Score::stream)
        .contains("key web", "key db", "key cache");
    assertThat(10_000.0 * (alerts.size() - PLANTED.size()) / records.size()).isLessThan(10);

    Ended shown =
        Command.here(
            "scores",
            "--bootstrap=" + broker.address(),
            "--topic-prefix=hosts-",
            "--alerts",
            "--text-field=/message");
    assertThat(shown.code()).as(shown.toString()).isEqualTo(0);
    System.out.println(shown.out());
    assertThat(shown.out().lines().filter(ScoresCommandITCase::isPlanted)).hasSize(6);
    assertThat(shown.out()).contains("  web  ", "  db  ", "  cache  ").doesNotContain("message");
  }

  private static boolean isPlanted(String line) {
    String text = line.replace(" ", "").replace("␣", "");
    return PLANTED.stream().map(of -> of.replace(" ", "")).anyMatch(text::contains);
  }

  /** What a person's kcat would write of the log. */
  private static List<String> example(String dealt) throws Exception {
    Process scripts =
        new ProcessBuilder("bash", "-c", "./plant.sh packages.log | " + dealt)
            .directory(EXAMPLE.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> lines =
        new String(scripts.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(scripts.waitFor()).isEqualTo(0);
    return lines;
  }

  private static void write(String topic, List<ProducerRecord<String, String>> records)
      throws Exception {
    TextTopic.create(broker.kafka(), topic, 4);
    // With more in flight, a fresh topic may take the second batch and refuse the first for good.
    Map<String, Object> client =
        Map.of("bootstrap.servers", broker.address(), "max.in.flight.requests.per.connection", 1);
    try (KafkaProducer<String, String> kafka =
        new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      records.forEach(record -> sent.add(kafka.send(record)));
      for (Future<RecordMetadata> of : sent) {
        of.get();
      }
    }
  }
}
