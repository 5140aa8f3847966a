package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.predict.Prediction;
import io.flinklm.predict.Prompt;
import io.flinklm.producer.TextTopic;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.client.PromptClient;
import io.flinklm.train.ReportJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts and text whose echo would be more than a record of Kafka holds: the job goes on. */
class LargeRecordsITCase {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String LONG_TOKEN = "\u0001".repeat(900_000);

  @TempDir private Path directory;
  private TestedKafka broker;
  private KafkaProducer<byte[], byte[]> client;

  @Test
  void whatCannotBeWrittenWholeIsWrittenInPart() throws Exception {
    Files.writeString(directory.resolve("tokens.txt"), "a\nb\n" + LONG_TOKEN + "\n");
    try (TestedKafka kafka = TestedKafka.start(directory.resolve("kafka"))) {
      broker = kafka;
      TextTopic.create(kafka.kafka(), TopicNames.TEXT, 2);
      TextTopic letters = TextTopic.create(kafka.kafka(), TopicNames.DEAD_LETTERS, 1);
      TextTopic scores = TextTopic.create(kafka.kafka(), TopicNames.SCORES, 1);
      try (Command train =
              Command.start(
                  directory,
                  "train",
                  "--bootstrap=" + kafka.address(),
                  "--vocabulary=tokens.txt",
                  "--lanes=2",
                  "--bptt=2",
                  "--hidden=4",
                  "--scores",
                  "--publish-every=1",
                  "--port=0",
                  "--checkpoint-interval=1");
          KafkaProducer<byte[], byte[]> producer = producer()) {
        client = producer;
        train.awaitLine("Dashboard ");

        // Two tokens, a window of them: with many more, the lane would be far ahead, and its
        // partition would wait for the other lane.
        byte[] compressible = ("zebra zebra" + " ".repeat(3_000_000)).getBytes(UTF_8);
        send("0", compressible);
        send("k".repeat(530_000), "a".getBytes(UTF_8));
        send("0", ("a " + LONG_TOKEN + " a").getBytes(UTF_8));
        send("1", "a b a b a".getBytes(UTF_8));

        try (PromptClient prompts = PromptClient.connect(kafka.kafka())) {
          String id = "😀".repeat(95_000);
          requireErrorOfLongId(prompts, id);
          Prediction large = prompts.ask("s", new Prompt("l", "a", 1_000, 100, 0, 0), PATIENCE);
          assertThat(large.error())
              .isEqualTo(
                  "the answer takes more than 900000 bytes of JSON; ask for fewer tokens than"
                      + " 1000");
          assertThat(prompts.ask("s", new Prompt("n", "b", 1, 0, 1, 0), PATIENCE).error()).isNull();
        }
        train.awaitThat(() -> letters.received().get(0).size() >= 2, "two dead letters");
        train.awaitThat(() -> scores.received().get(0).size() >= 2, "two scores");
        requireLetters(letters.received().get(0), compressible);
        assertThat(scores.received().get(0))
            .allSatisfy(score -> assertThat(score.value().length).isLessThan(10_000));

        send("0", "b a b a".getBytes(UTF_8));
        send("1", "b a b a".getBytes(UTF_8));
        train.awaitThat(() -> newestStep() == 4, "step 4");
        assertThat(Files.readString(directory.resolve("out/flink-lm.log")))
            .doesNotContain("RecordTooLargeException");
      }
    }
  }

  private void requireErrorOfLongId(PromptClient prompts, String id) {
    prompts.send(null, new Prompt(id, "a", 1, 0, 0, 0));
    long start = System.nanoTime();
    Prediction answer = null;
    while (answer == null && System.nanoTime() - start < PATIENCE.toNanos()) {
      answer = prompts.next().stream().findFirst().orElse(null);
    }
    assertThat(answer).isNotNull();
    assertThat(answer.id()).isEqualTo("😀".repeat(200) + "…");
    assertThat(answer.error()).isEqualTo("id must have at most 200 characters, found 190000");
  }

  private static void requireLetters(
      List<ConsumerRecord<byte[], byte[]>> letters, byte[] compressible) throws Exception {
    ConsumerRecord<byte[], byte[]> text = ofPart("token 1, 'zebra'", letters);
    assertThat(text.key()).isEqualTo("0".getBytes(UTF_8));
    assertThat(text.value()).isNull();
    assertThat(header(text, "value_bytes")).isEqualTo("" + compressible.length);
    assertThat(header(text, "value_sha256")).isEqualTo(sha256(compressible));

    ConsumerRecord<byte[], byte[]> key = ofPart("the key must be the number of a lane", letters);
    assertThat(key.key()).hasSize(530_000);
    assertThat(key.value()).isEqualTo("a".getBytes(UTF_8));
    assertThat(header(key, "error")).endsWith("found '" + "k".repeat(60) + "…'");
  }

  private static ConsumerRecord<byte[], byte[]> ofPart(
      String error, List<ConsumerRecord<byte[], byte[]>> letters) {
    return letters.stream()
        .filter(letter -> header(letter, "error").contains(error))
        .findFirst()
        .orElseThrow();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  private long newestStep() {
    return new TextTopic(broker.kafka(), TopicNames.METRICS, 1)
        .received().get(0).stream()
            .mapToLong(record -> ReportJson.parse(record.value()).step())
            .max()
            .orElse(0);
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            broker.address(),
            "compression.type",
            "lz4",
            "max.request.size",
            10_000_000),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private void send(String key, byte[] value) throws Exception {
    client.send(new ProducerRecord<>(TopicNames.TEXT, key.getBytes(UTF_8), value)).get();
  }
}
