package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.Reports;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.TextTopic;
import io.flinklm.text.Corpus;
import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several trainings and one Kafka: none takes what another reports for its own. */
class SharedKafkaITCase {
  private static final int LANES = 8;
  private static final String TEXT = Corpus.humanNumbers().text(0, 100);

  @TempDir private Path directory;
  private TestedKafka broker;
  private Path vocabulary;

  @BeforeEach
  void startBroker() throws Exception {
    broker = TestedKafka.start(directory.resolve("kafka"));
    vocabulary = directory.resolve("vocabulary.txt");
    Files.write(vocabulary, Corpus.humanNumbers().tokenizer().toBytes());
  }

  @AfterEach
  void stopBroker() {
    broker.close();
  }

  @Test
  void theEndOfAnotherTrainingIsNotOnesOwn() throws Exception {
    try (Command train = train("out")) {
      train.awaitLine("Dashboard ");
      Report foreign = Reports.end(7, 0, "valid", 0.5, 1);
      send("metrics", "lmmodel7", ReportJson.toBytes(foreign));
      publish("");
      Path metrics = directory.resolve("out/metrics.jsonl");
      train.awaitThat(
          () -> Files.exists(metrics) && Files.readString(metrics).indexOf('\n') > 0, "a report");

      JsonNode first = new JsonMapper().readTree(Files.readAllLines(metrics).get(0));
      assertThat(first.get("kind").asText()).isEqualTo("step");
      assertThat(first.get("lineage").asText()).isEqualTo(lineage("out"));
      train.awaitLine("Another training");
      train.signal("INT");
      assertThat(train.await().code()).isEqualTo(0);
    }
  }

  @Test
  void aSecondTrainingOnTheSameTopicsIsRefused() throws Exception {
    try (Command first = train("out")) {
      first.awaitLine("Dashboard ");
      Path former = Files.createDirectories(directory.resolve("other/checkpoints/former"));
      Files.writeString(directory.resolve("other/run.json"), "{}");
      // One after the other: two at once may name each other.
      String[] run = {"run", "--bootstrap=" + broker.address(), "--port=0", "--out=run"};
      for (String[] second : List.of(arguments("other"), run)) {
        long begun = System.nanoTime();
        String mistake = Command.here(directory, second).mistake();
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
            .as("one that lives is not waited for")
            .isLessThan(Duration.ofSeconds(20));
        assertThat(mistake)
            .startsWith("another training uses the topics at " + broker.address() + ": ")
            .contains(lineage("out"), directory.resolve("out").toString(), "--topic-prefix");
      }
      assertThat(former).exists();
      assertThat(first.process().isAlive()).isTrue();
    }
    // Killed: whoever goes on with it need not wait, and another may begin soon.
    try (Command again = train("out", "--resume")) {
      again.awaitLine("Dashboard ");
    }
    try (Command next = train("next")) {
      next.awaitLine("Dashboard ");
    }
  }

  @Test
  void twoTrainingsWithPrefixesShareOneKafka() throws Exception {
    publish("one-");
    publish("two-");
    List<Command> commands = new ArrayList<>();
    for (String prefix : List.of("one-", "two-")) {
      commands.add(
          train(
              prefix,
              "--topic-prefix=" + prefix,
              "--bounded",
              "--json",
              "--seed=" + commands.size()));
    }
    for (Command command : commands) {
      try (command) {
        Ended ended = command.await();
        assertThat(ended.results().get("tokens_produced").asLong()).isEqualTo(LANES * 100L);
      }
    }
    for (String out : List.of("one-", "two-")) {
      assertThat(Files.readAllLines(directory.resolve(out).resolve("metrics.jsonl")))
          .isNotEmpty()
          .allMatch(line -> line.contains("\"lineage\":\"" + lineage(out) + "\""));
    }
  }

  @Test
  void topicsAndGroupHaveTheNamesThatWereGivenAndKeepThem() throws Exception {
    publish("app-");
    String[] named = {
      "--text-topic=app-text",
      "--metrics-topic=steps",
      "--dead-letters-topic=dead",
      "--scores-topic=surprise",
      "--alerts-topic=unusual",
      "--scores",
      "--alerts=9",
      "--prompts-topic=questions",
      "--predictions-topic=answers",
      "--group=my-readers"
    };
    try (Command train = train("out", named)) {
      // It has read all there is, and who watches the group sees that.
      train.awaitThat(() -> committed("my-readers", "app-text") == LANES, "offsets of the group");
      assertThat(topics())
          .containsExactlyInAnyOrder(
              "app-text", "steps", "dead", "surprise", "unusual", "questions", "answers");
      train.signal("INT");
      assertThat(train.await().code()).isZero();
    }
    String[] other = arguments("out", "--resume", "--metrics-topic=metrics");
    assertThat(Command.here(directory, other).mistake())
        .isEqualTo(
            "the run was started with the topic steps and goes on with that; leave out"
                + " --metrics-topic metrics");
    other[other.length - 1] = "--group=others";
    assertThat(Command.here(directory, other).mistake())
        .isEqualTo(
            "the run was started in the consumer group my-readers and goes on there; leave out"
                + " --group others");
    try (Command again = train("out", "--resume")) {
      again.awaitLine("Dashboard ");
      send("app-text", "0", TEXT.getBytes(UTF_8));
      again.awaitThat(
          () -> committed("my-readers", "app-text") == LANES + 1, "offsets of the group");
      assertThat(topics()).hasSize(7);
    }
  }

  private long committed(String group, String topic) throws Exception {
    try (Admin admin = Admin.create(broker.kafka().properties(Map.of()))) {
      OffsetAndMetadata offset =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get()
              .get(new TopicPartition(topic, 0));
      return offset == null ? -1 : offset.offset();
    } catch (ExecutionException e) {
      return -1;
    }
  }

  private Set<String> topics() throws Exception {
    try (Admin admin = Admin.create(broker.kafka().properties(Map.of()))) {
      return admin.listTopics().names().get();
    }
  }

  private String lineage(String out) {
    try {
      byte[] settings = Files.readAllBytes(directory.resolve(out).resolve("run.json"));
      return new JsonMapper().readTree(settings).get("lineage").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Command train(String out, String... more) throws Exception {
    return Command.start(directory, arguments(out, more));
  }

  private String[] arguments(String out, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train",
                "--bootstrap=" + broker.address(),
                "--port=0",
                "--checkpoint-interval=1",
                "--out=" + out));
    if (!List.of(more).contains("--resume")) {
      arguments.add("--lanes=" + LANES);
      arguments.add("--vocabulary=" + vocabulary);
    }
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private void publish(String prefix) throws Exception {
    TextTopic.create(broker.kafka(), prefix + "text", 1);
    for (int lane = 0; lane < LANES; lane++) {
      send(prefix + "text", Integer.toString(lane), TEXT.getBytes(UTF_8));
    }
  }

  private void send(String topic, String key, byte[] value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value)).get();
    }
  }
}
