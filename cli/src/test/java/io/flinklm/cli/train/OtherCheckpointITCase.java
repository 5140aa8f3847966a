package io.flinklm.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Training on streams does not go on from a checkpoint that another state backend wrote, nor as
 * training on lanes, nor with other fields of the records.
 */
class OtherCheckpointITCase {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private static Path shared;
  private static TestedKafka broker;

  @TempDir private Path directory;
  private KafkaAddress kafka;
  private String bootstrap;

  @BeforeAll
  static void startBroker() {
    broker = TestedKafka.start(shared.resolve("kafka"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @ParameterizedTest
  @CsvSource({"heap, rocksdb", "rocksdb, heap"})
  void itIsNamedInOneLine(String backend, String other) throws Exception {
    bootstrap = "--bootstrap=" + broker.address();
    kafka = broker.kafka().withTopicPrefix(backend + "-");
    trainToACheckpoint(backend);
    Path checkpoint = new RunFiles(directory.resolve("out")).newestCheckpoint().orElseThrow();

    for (String changed : List.of("--state-backend=" + other, "--idle-after=7s")) {
      assertThat(resume("--streams", changed))
          .isEqualTo(
              "the run was started with other --batch, --batch-timeout, --stream-ttl,"
                  + " --out-of-orderness, --idle-after or --state-backend and goes on with those;"
                  + " leave them out");
    }
    String ofFlink = other.equals("heap") ? "hashmap" : other;
    assertThat(refused(run -> run.withObject("streams").put("state_backend", ofFlink)))
        .isEqualTo(
            "the checkpoint %s was written by the state backend %s: go on with --state-backend %s; only a savepoint can be read by both"
                .formatted(checkpoint, backend, backend));
    if (backend.equals("heap")) {
      assertThat(refused(run -> run.putNull("streams")))
          .isEqualTo(
              "the checkpoint %s is of a training on streams, and this one is on lanes: give --streams, or begin a new training, with --init-from for the last model"
                  .formatted(checkpoint));
      assertThat(refused(run -> run.withObject("format").put("text_field", "/message")))
          .isEqualTo(
              "the run in "
                  + directory.resolve("out")
                  + " cannot go on: the topic heap-text was read as plain text before, and now by"
                  + " --text-field /message: go on as before, or start a new run, with --init-from"
                  + " the last model");
    }
  }

  private void trainToACheckpoint(String backend) throws Exception {
    new TopicSetup(kafka).createAll(1, Map.of());
    write();
    String[] train = {
      "train",
      "--streams",
      "--state-backend=" + backend,
      "--tokenizer=bytes",
      "--batch=4",
      "--bptt=8",
      "--hidden=4",
      "--port=0",
      "--checkpoint-interval=1",
      "--topic-prefix=" + kafka.naming().prefix(),
      bootstrap
    };
    RunFiles files = new RunFiles(directory.resolve("out"));
    try (Command command = Command.start(directory, train)) {
      command.awaitThat(() -> files.reportsSoFar() > 0, "a step");
      Path before = files.newestCheckpoint().orElse(Path.of(""));
      command.awaitThat(
          () -> files.newestCheckpoint().filter(now -> !now.equals(before)).isPresent(),
          "a checkpoint behind it");
    }
  }

  private void write() throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            broker.kafka().properties(Map.of()), new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < 400; i++) {
        String key = "host-" + i % 40;
        long time = 1_700_000_000_000L + 100L * i;
        sent.add(
            producer.send(new ProducerRecord<>(kafka.named("text"), 0, time, key, "line " + i)));
      }
      for (Future<?> one : sent) {
        one.get();
      }
    }
  }

  /** What a resume says after a change of {@code run.json}, which is taken back. */
  private String refused(Consumer<ObjectNode> change) throws Exception {
    Path file = new RunFiles(directory.resolve("out")).settings();
    String kept = Files.readString(file);
    ObjectNode run = (ObjectNode) JSON.readTree(kept);
    change.accept(run);
    Files.writeString(file, JSON.writeValueAsString(run));
    String said = resume();
    Files.writeString(file, kept);
    return said;
  }

  private String resume(String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "--resume", "--port=0", bootstrap));
    arguments.addAll(List.of(more));
    return Command.here(directory, arguments.toArray(String[]::new)).mistake();
  }
}
