package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.predict.Prediction;
import io.flinklm.producer.TextTopic;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.topics.client.PromptClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters that are mended and sent again: they come to their places, once, or are late. */
class RedeliverITCase {
  private static final String EIGHT = "a b c d e a b c";
  private static final long TIME = 1_700_000_000_000L;
  private static final byte[] ODD = {-1, 0, '\n'};

  @TempDir private static Path shared;
  private static TestedKafka kafka;
  private static KafkaProducer<byte[], byte[]> producer;

  @TempDir private Path directory;

  @BeforeAll
  static void startKafka() {
    kafka = TestedKafka.start(shared.resolve("kafka"));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.address()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stopKafka() {
    producer.close();
    kafka.close();
  }

  /** Topics of a training of its own. */
  private static KafkaAddress topics(String prefix) throws Exception {
    KafkaAddress own = kafka.kafka().withTopicPrefix(prefix);
    new TopicSetup(own).createAll(1, Map.of("retention.ms", "-1"));
    return own;
  }

  private static List<ConsumerRecord<byte[], byte[]>> received(KafkaAddress own, String plain) {
    return new TextTopic(kafka.kafka(), own.named(plain), 1).received().get(0);
  }

  private static void send(String topic, Long time, byte[] key, String value, String... headers)
      throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, 0, time, key, value.getBytes(UTF_8));
    for (String header : headers) {
      String[] parts = header.split("=", 2);
      record.headers().add(parts[0], parts[1].getBytes(UTF_8));
    }
    record.headers().add("odd", ODD);
    producer.send(record).get();
  }

  private static void sendTo(String lane, int position, String value) throws Exception {
    send(
        "lane-text",
        TIME + position,
        lane.getBytes(UTF_8),
        value,
        "epoch=0",
        "split=train",
        "position=" + position);
  }

  private static Ended redeliver(String prefix, String... more) {
    return Command.here(
        Stream.concat(
                Stream.of(
                    "redeliver", "--bootstrap=" + kafka.address(), "--topic-prefix=" + prefix),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static String said(Ended ended) {
    assertThat(ended.code()).as(ended.err()).isZero();
    return ended.out();
  }

  private ObjectNode trainOnLanes(String out) throws Exception {
    Path vocabulary = Files.write(directory.resolve("v.txt"), List.of("a", "b", "c", "d", "e"));
    return Command.here(
            directory,
            "train",
            "--bounded",
            "--json",
            "--lanes=2",
            "--bptt=4",
            "--hidden=8",
            "--port=0",
            "--bootstrap=" + kafka.address(),
            "--topic-prefix=lane-",
            "--vocabulary=" + vocabulary,
            "--out=" + out)
        .results();
  }

  @Test
  void mendedTextOfALaneFillsItsHoleOrIsLateAndIsNeverSentTwice() throws Exception {
    KafkaAddress own = topics("lane-");
    sendTo("0", 0, EIGHT);
    sendTo("0", 8, "a b zebra d e a b c");
    sendTo("1", 0, EIGHT);
    sendTo("1", 8, "a b yak d e a b c");
    sendTo("1", 16, EIGHT);
    trainOnLanes("first");
    assertThat(said(redeliver("lane-")))
        .contains("0:0  lane-text:0:1", "'zebra', is not in", "a b zebra d e a b c", "0:1  lane-")
        .contains("Dead letters: 2; send some again with --dead-letter");
    assertThat(said(redeliver("lane-", "--error=yak", "--dry-run")))
        .contains("a b yak d e a b c", "Dead letters: 1;")
        .doesNotContain("zebra");
    List<ConsumerRecord<byte[], byte[]>> before = received(own, "text");

    Path value = Files.writeString(directory.resolve("mended"), EIGHT);
    assertThat(said(redeliver("lane-", "--dead-letter=0:0", "--value=" + value)))
        .isEqualTo("Dead letters sent again: 1\n");
    Path mended = directory.resolve("mended-ones");
    said(redeliver("lane-", "--all", "--error=yak", "--to-directory=" + mended));
    assertThat(mended.resolve("0-1")).hasContent("a b yak d e a b c");
    Files.writeString(mended.resolve("0-1"), EIGHT);
    said(redeliver("lane-", "--from-directory=" + mended));

    List<ConsumerRecord<byte[], byte[]>> sent = received(own, "text").subList(5, 7);
    requireSame(sent.get(0), before.get(1), EIGHT);
    requireSame(sent.get(1), before.get(3), EIGHT);
    assertThat(said(redeliver("lane-", "--all")))
        .contains("0:0 is left out: what lay in lane-text:0:1 was sent again before")
        .contains("Dead letters sent again: 0");

    sendTo("0", 16, EIGHT);
    ObjectNode results = trainOnLanes("second");

    // Lane 0: 5 trained, 3 beside the hole; 13 of the 16 in and behind it, 3 tail. Lane 1: 5
    // trained, 3 beside the hole; 5 behind it, 3 tail.
    assertThat(results.get("tokens_trained").asLong()).isEqualTo(28);
    assertThat(results.get("refused"))
        .isEqualTo(
            new JsonMapper()
                .readTree("{\"unknown_token\":16,\"late\":8,\"beside_a_hole\":6,\"tail\":6}"));
    assertThat(results.get("tokens_produced").asLong()).isEqualTo(64);
    assertThat(said(redeliver("lane-")))
        .contains("late: lane 1, epoch 0 train, has gone on behind position 8, where this would");
    assertThat(said(redeliver("lane-", "--error=zebra")))
        .as("of the second training there is a letter too, of the same record")
        .contains("0:0 is left out", "0:2 is left out", "Dead letters sent again: 0");
    assertThat(received(own, "text")).hasSize(8);
  }

  private static void requireSame(
      ConsumerRecord<byte[], byte[]> sent, ConsumerRecord<byte[], byte[]> origin, String value) {
    assertThat(sent.key()).isEqualTo(origin.key());
    assertThat(sent.value()).isEqualTo(value.getBytes(UTF_8));
    assertThat(sent.timestamp()).isEqualTo(origin.timestamp());
    assertThat(sent.partition()).isEqualTo(origin.partition());
    List<Header> headers = new ArrayList<>(List.of(origin.headers().toArray()));
    String from = origin.topic() + ":" + origin.partition() + ":" + origin.offset();
    headers.add(new RecordHeader("redelivered_from", from.getBytes(UTF_8)));
    assertThat(sent.headers().toArray()).containsExactlyElementsOf(headers);
  }

  @Test
  void mendedTextOfStreamsIsTrainedOnAndAMendedPromptIsAnswered() throws Exception {
    KafkaAddress own = topics("live-");
    try (Command train =
            Command.start(
                directory,
                "train",
                "--streams",
                "--tokenizer=bytes",
                "--text-field=/message",
                "--hidden=8",
                "--bptt=4",
                "--batch=1",
                "--out-of-orderness=1ms",
                "--publish-every=1",
                "--checkpoint-interval=1",
                "--port=0",
                "--bootstrap=" + kafka.address(),
                "--topic-prefix=live-");
        PromptClient prompts = connected(train, own)) {
      Dashboard dashboard = Dashboard.of(train);
      send("live-text", TIME, ODD, "{\"message\":\"0123456789\"}");
      send("live-text", TIME + 1, null, "{\"massage\":\"0123456789\"}");
      send("live-text", TIME + 100_000, ODD, "{\"message\":\"0123456789\"}");
      send("live-prompts", TIME, ODD, "{\"id\":\"p\",\"text\":5}");
      train.awaitThat(() -> received(own, "dead-letters").size() == 2, "two dead letters");
      train.awaitThat(() -> dashboard.number("step") >= 2, "what is before the watermark");

      Path mended = directory.resolve("mended");
      said(redeliver("live-", "--all", "--to-directory=" + mended));
      try (Stream<Path> files = Files.list(mended)) {
        for (Path file : files.toList()) {
          String value = Files.readString(file);
          Files.writeString(file, value.replace("massage", "message").replace(":5", ":\"5\""));
        }
      }
      assertThat(said(redeliver("live-", "--from-directory=" + mended)))
          .isEqualTo("Dead letters sent again: 2\n");

      train.awaitThat(() -> dashboard.number("lateChunks") > 0, "late chunks of the mended record");
      List<Prediction> answers = new ArrayList<>();
      train.awaitThat(() -> answers.addAll(prompts.next()) || !answers.isEmpty(), "the answer");
      assertThat(answers.get(0).id()).isEqualTo("p");
      assertThat(answers.get(0).error()).isNull();
      ConsumerRecord<byte[], byte[]> prompt = received(own, "prompts").get(1);
      assertThat(prompt.key()).isEqualTo(ODD);
      assertThat(prompt.headers().headers("odd")).containsExactly(new RecordHeader("odd", ODD));
      List<ConsumerRecord<byte[], byte[]>> text = received(own, "text");
      requireSame(text.get(3), text.get(1), "{\"message\":\"0123456789\"}");
    }
  }

  private static PromptClient connected(Command train, KafkaAddress own) throws Exception {
    train.awaitLine("Dashboard ");
    return PromptClient.connect(own);
  }

  @Test
  void whatCannotBeSentIsSaidAndThenNothingIs() throws Exception {
    KafkaAddress own = topics("none-");
    letter("none-text", "error=wrong");
    letter("none-text", "value_bytes=3000000");
    letter("none-text", "value_bytes=3000000", "headers_left_out=2");
    letter("elsewhere", "error=wrong");

    assertThat(redeliver("none-", "--all").mistake())
        .isEqualTo(
            "the dead letter 0:1 has no value, which was too large for the job to write; give it"
                + " one with --value FILE (the record lay in none-text:0:5)");
    assertThat(redeliver("none-", "--dead-letter=0:2").mistake())
        .startsWith("the dead letter 0:2 has neither key nor headers, which were too large");
    assertThat(redeliver("none-", "--dead-letter=0:3").mistake())
        .startsWith("the dead letter 0:3 came from the topic elsewhere, and this training has its");
    assertThat(redeliver("none-", "--dead-letter=0:9").mistake())
        .startsWith("there is no dead letter 0:9, or the other options leave it out");
    assertThat(redeliver("none-", "--dead-letter=one").mistake())
        .isEqualTo("'one' names no dead letter; expected its PARTITION:OFFSET, like 0:17");
    assertThat(redeliver("none-", "--all", "--value=x").mistake())
        .startsWith("--value is for one letter");
    assertThat(
            redeliver("none-", "--from-directory=" + Files.createFile(directory.resolve("x")))
                .mistake())
        .isEqualTo(
            "there is no directory " + directory.resolve("x") + ", given by --from-directory");
    assertThat(redeliver("none-", "--from-directory=" + directory).mistake())
        .contains("'x' names no dead letter");
    assertThat(received(own, "text")).isEmpty();

    Path value = Files.writeString(directory.resolve("value"), "mended");
    said(redeliver("none-", "--dead-letter=0:1", "--value=" + value));
    assertThat(received(own, "text")).hasSize(1);
  }

  /** A letter as the job writes it, with further headers behind its own. */
  private static void letter(String topic, String... more) throws Exception {
    List<String> headers = new ArrayList<>(List.of("error=wrong", "topic=" + topic));
    headers.addAll(List.of("partition=0", "offset=5"));
    headers.addAll(List.of(more).stream().filter(each -> !each.startsWith("error")).toList());
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>("none-dead-letters", 0, null, more[0].startsWith("e") ? ODD : null);
    for (String header : headers) {
      String[] parts = header.split("=", 2);
      record.headers().add(parts[0], parts[1].getBytes(UTF_8));
    }
    producer.send(record).get();
  }
}
