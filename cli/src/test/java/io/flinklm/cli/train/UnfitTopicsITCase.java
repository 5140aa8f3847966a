package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.UserMistake;
import io.flinklm.application.FlinkLmJob;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.TextTopic;
import io.flinklm.topics.LaneRecord;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics that a training cannot use: each is named before anything begins. */
class UnfitTopicsITCase {
  @TempDir private Path directory;
  private TestedKafka broker;

  @BeforeEach
  void startBroker() {
    broker = TestedKafka.start(directory.resolve("kafka"));
  }

  @AfterEach
  void stopBroker() {
    broker.close();
  }

  @Test
  void textThatKafkaCompactsIsRefused() throws Exception {
    new TopicSetup(broker.kafka())
        .createAll(1, Map.of("cleanup.policy", "compact,delete", "retention.ms", "-1"));
    String mistake =
        "the topic text at "
            + broker.address()
            + " is compacted (cleanup.policy is compact,delete): Kafka takes records out of the"
            + " middle of it, and what is left would be trained on as if it were contiguous; set"
            + " its cleanup.policy to delete";
    Path corpus = directory.resolve("corpus.jsonl");
    Files.writeString(corpus, "{\"key\":\"a\",\"text\":\"b\",\"time\":1}");
    for (String command :
        List.of(
            "train",
            "train --streams --tokenizer=bytes",
            "run",
            "run --streams --corpus=" + corpus,
            "produce --lanes=8")) {
      String out = command.startsWith("produce") ? "" : " --out=" + directory.resolve("out");
      String[] words = (command + out + " --bootstrap=" + broker.address()).split(" ");
      assertThat(Command.here(words).mistake()).as(command).isEqualTo(mistake);
    }
    for (String kind : List.of("--tokenizer=numbers", "--tokenizer=bytes --streams")) {
      String all = kind + " --bootstrap=" + broker.address() + " --out=" + directory;
      assertThatThrownBy(() -> FlinkLmJob.main(all.split(" ")))
          .isInstanceOf(UserMistake.class)
          .hasMessage(mistake);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retention.ms | 599999 | Kafka deletes records of the topic replicas at KAFKA that are older"
            + " than 9m 59.999s (retention.ms is 599999), and replicas that read late would wait"
            + " for them without end; set its retention.ms to -1, or to 600000 or more: an hour,"
            + " 3600000, is usual",
        "cleanup.policy | compact | the topic replicas at KAFKA is compacted (cleanup.policy is"
            + " compact): Kafka deletes of each replica all but what it told last, and one that"
            + " reads late would wait for the rest without end; set its cleanup.policy to delete",
      })
  void whatReplicasToldMustBeKeptForAWhile(String setting, String value, String said)
      throws Exception {
    TopicSetup topics = new TopicSetup(broker.kafka());
    topics.createAll(1, Map.of());
    topics.create("replicas", 1, Map.of(setting, value));
    String mistake = said.replace("KAFKA", broker.address());
    String where = " --replicas=2 --bootstrap=" + broker.address();
    Path out = directory.resolve("out");
    for (String command : List.of("train --tokenizer=bytes", "run")) {
      String[] words = (command + where + " --out=" + out).split(" ");
      assertThat(Command.here(words).mistake()).as(command).isEqualTo(mistake);
    }
    String job = "--tokenizer=numbers" + where + " --out=" + directory;
    assertThatThrownBy(() -> FlinkLmJob.main(job.split(" ")))
        .isInstanceOf(UserMistake.class)
        .hasMessage(mistake);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--lanes=1", "--streams"})
  void anEmptyTopicAsksForATokenizerAndWithOneThereIsNothingToTrainOn(String kind) {
    String[] train = {"train", "--bootstrap=" + broker.address(), kind};
    assertThat(Command.here(directory, train).mistake())
        .contains("--tokenizer bytes", "tokenizer.json", "--vocabulary");
    String[] bounded = {
      "train", "--bootstrap=" + broker.address(), kind, "--bounded", "--tokenizer=bytes"
    };
    assertThat(Command.here(directory, bounded).mistake())
        .isEqualTo(
            "the topic text at " + broker.address() + " is empty; there is nothing to train on");
  }

  @Test
  void aRecordWithoutAValueIsADeadLetterAndItsStreamGoesOn() throws Exception {
    TextTopic text = TextTopic.create(broker.kafka(), "text", 1);
    TextTopic letters = TextTopic.create(broker.kafka(), "dead-letters", 1);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            broker.kafka().properties(Map.of()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String value : Arrays.asList("one", null, "two")) {
        byte[] bytes = value == null ? null : value.getBytes(UTF_8);
        producer.send(new ProducerRecord<>("text", "host".getBytes(UTF_8), bytes)).get();
      }
    }
    ObjectNode results =
        Command.here(
                directory,
                "train",
                "--streams",
                "--bounded",
                "--json",
                "--tokenizer=bytes",
                "--bptt=7",
                "--hidden=4",
                "--port=0",
                "--bootstrap=" + broker.address())
            .results();

    assertThat(results.get("steps").asLong()).as("of one newline two newline").isEqualTo(1);
    assertThat(results.get("tokens_trained").asLong()).isEqualTo(8);
    assertThat(text.received().get(0)).hasSize(3);
    assertThat(letters.received().get(0))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.key()).asString(UTF_8).isEqualTo("host");
              assertThat(letter.value()).isNull();
              assertThat(LaneRecord.header(letter.headers(), "error"))
                  .asString(UTF_8)
                  .isEqualTo("the record has no value; expected UTF-8 text");
            });
  }

  @Test
  void atAResumeTopicsThatAreMissingAreNamed() throws Exception {
    stopped("train", "--tokenizer=numbers", "--out=train");
    stopped("run", "--continuous", "--out=run", "--lanes=8", "--hidden=8");
    delete("metrics");
    assertMissing("metrics is");
    delete("text", "dead-letters");
    assertMissing("text, metrics, dead-letters are");
    new TopicSetup(broker.kafka()).createAll(2, Map.of());
    assertThat(Command.here(resume("train")).mistake())
        .isEqualTo(
            "the topic text at "
                + broker.address()
                + " has 2 partitions, and had 4 when the run began: it was made anew, and the text"
                + " that was not trained on yet is gone; begin a new run, with --init-from for its"
                + " last model");
  }

  @Test
  void whatMayOvertakeATrainingIsSaidInALineEach() throws Exception {
    new TopicSetup(broker.kafka())
        .createAll(
            1,
            Map.of(
                "retention.ms", "5400000",
                "retention.bytes", "1000000",
                "message.timestamp.type", "LogAppendTime"));
    Ended ended = Command.here(directory, "train", "--bounded", "--bootstrap=" + broker.address());
    String text = "the topic text at " + broker.address();
    String loss =
        ", read or not: a training that is further behind, or away for longer, loses it; set ";
    assertThat(ended.err().lines())
        .containsExactly(
            "flink-lm: warning: Kafka deletes text of "
                + text
                + " that is older than 1h 30m (retention.ms is 5400000)"
                + loss
                + "retention.ms to -1, or to longer than a training may be away",
            "flink-lm: warning: Kafka keeps only the last 1,000,000 bytes of each partition of "
                + text
                + " (retention.bytes)"
                + loss
                + "retention.bytes to -1, or to more than a training may be behind",
            "flink-lm: warning: "
                + text
                + " has the time at which Kafka took each record, not that of its producer"
                + " (message.timestamp.type is LogAppendTime); set it to CreateTime for the latter",
            "flink-lm: " + text + " is empty; there is nothing to train on");
  }

  private void assertMissing(String topics) {
    for (String command : List.of("train", "run")) {
      assertThat(Command.here(resume(command)).mistake())
          .startsWith("Kafka at " + broker.address() + " no longer has all topics of the run: ")
          .contains(topics + " missing; ");
    }
  }

  private String[] resume(String command) {
    String out = "--out=" + directory.resolve(command);
    return command.equals("run")
        ? new String[] {command, "--resume", out}
        : new String[] {command, "--resume", out, "--bootstrap=" + broker.address()};
  }

  private void stopped(String... arguments) throws Exception {
    String[] all = List.of(arguments).toArray(new String[arguments.length + 2]);
    all[arguments.length] = "--bootstrap=" + broker.address();
    all[arguments.length + 1] = "--port=0";
    try (Command command = Command.start(directory, all)) {
      command.awaitLine("Dashboard ");
      command.signal("INT");
      assertThat(command.await().code()).isZero();
    }
  }

  private void delete(String... topics) throws Exception {
    try (Admin admin = Admin.create(broker.kafka().properties(Map.of()))) {
      admin.deleteTopics(List.of(topics)).all().get();
    }
  }
}
