package io.flinklm.cli.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.net.MachineKind;
import io.flinklm.topics.admin.TopicSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The checkpoint of an old build is gone on from. It is of commit 185d895, after 20 steps of {@code
 * train --lanes 8 --hidden 8 --scores} on {@code text-before.txt}, a line a lane; {@code
 * steps-after.jsonl} is how that build itself went on with {@code text-after.txt}.
 */
class OldCheckpointITCase {
  private static final Path FIXTURES = Path.of("src", "test", "resources", "fixtures");
  private static final JsonMapper JSON = new JsonMapper();

  // Where the fixture was made: there, and on its like, the bits are the same.
  private static final MachineKind MADE_ON =
      new MachineKind("AMD EPYC (family 26, model 2)", "AVX512", "PyTorch 2.7.1 cpu");
  private static final String WEIGHTS_THERE =
      "064c563e3559da93d4945208d257da2240199fa6390c31798973d3054934e3f2";

  // Without what is of a build: which step is tested prequentially, and times.
  private static final List<String> SAME =
      List.of(
          "step",
          "index",
          "lanes",
          "loss",
          "accuracy",
          "train_loss",
          "learning_rate",
          "gradient_norm",
          "tokens_trained");

  @TempDir private Path directory;

  @Test
  void itIsGoneOnFromWithTheSameBits() throws Exception {
    Path out = directory.resolve("out");
    copy(FIXTURES.resolve("run-of-185d895"), out);
    try (TestedKafka kafka = TestedKafka.start(directory.resolve("kafka"))) {
      new TopicSetup(kafka.kafka()).createAll(1, Map.of());
      send(kafka, "text-before.txt");
      send(kafka, "text-after.txt");
      String[] resume = {
        "train",
        "--resume",
        "--bootstrap=" + kafka.address(),
        "--out=out",
        "--port=0",
        "--checkpoint-interval=1",
        "--export-every=0",
        "--scores"
      };
      try (Command train = Command.start(directory, resume)) {
        Path card = out.resolve("models/step-40/card.json");
        train.awaitThat(() -> Files.exists(card), "the model of step 40");
        train.signal("INT");
        assertThat(train.await().code()).isZero();
        requireSame(JSON.readTree(card.toFile()).get("weights_sha256").asText());
      }
    }
    assertThat(new RunFiles(out).lastOfAllSteps()).isEqualTo(40);
  }

  private void requireSame(String weights) throws IOException {
    boolean sameBits = MachineKind.of(Device.cpu()).equals(MADE_ON);
    if (sameBits) {
      assertThat(weights).isEqualTo(WEIGHTS_THERE);
    }
    List<JsonNode> expected = reports(FIXTURES.resolve("steps-after.jsonl"));
    List<JsonNode> found = reports(directory.resolve("out/metrics.jsonl")).subList(20, 40);
    for (int i = 0; i < expected.size(); i++) {
      for (String field : SAME) {
        double right = expected.get(i).get(field).asDouble();
        assertThat(found.get(i).get(field).asDouble())
            .as("%s of %s", field, expected.get(i))
            .isCloseTo(right, within(sameBits ? 0 : 1e-4 * Math.max(1, right)));
      }
    }
  }

  private static List<JsonNode> reports(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(OldCheckpointITCase::report).toList();
    }
  }

  private static JsonNode report(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void send(TestedKafka kafka, String file) throws Exception {
    List<String> lanes = Files.readAllLines(FIXTURES.resolve(file), UTF_8);
    try (KafkaProducer<String, String> client =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.address()),
            new StringSerializer(),
            new StringSerializer())) {
      for (int lane = 0; lane < lanes.size(); lane++) {
        client.send(new ProducerRecord<>("text", String.valueOf(lane), lanes.get(lane))).get();
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
