package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that producers write in transactions, of which some are aborted and some are left open. */
class TransactionsITCase {
  private static final String EIGHT = "a b c d a b c d";
  private static final String NEVER = "never never never";

  @TempDir private static Path shared;
  private static TestedKafka broker;
  private static int tests;

  @TempDir private Path directory;
  private KafkaAddress kafka;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  static void startBroker() {
    broker = TestedKafka.start(shared.resolve("kafka"));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  /** Topics and a producer of its own for each test. */
  @BeforeEach
  void begin() throws Exception {
    kafka = broker.kafka().withTopicPrefix("of-" + ++tests + "-");
    new TopicSetup(kafka).createAll(2, Map.of());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address(), "transactional.id", "the writer"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
  }

  @AfterEach
  void end() {
    producer.close();
  }

  private String[] train(boolean streams, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("train", "--bounded", "--json", "--bptt=3", "--hidden=4", "--port=0"));
    arguments.add("--bootstrap=" + broker.address());
    arguments.add("--topic-prefix=" + kafka.naming().prefix());
    arguments.addAll(
        streams
            ? List.of("--streams", "--batch=2", "--batch-timeout=1s", "--tokenizer=bytes")
            : List.of("--lanes=2"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onlyWhatIsCommittedIsTrainedOn(boolean streams) throws Exception {
    write(EIGHT);
    producer.commitTransaction();
    write(NEVER);
    producer.abortTransaction();
    write(EIGHT);
    producer.commitTransaction();
    // The end of each partition is then behind what nobody gets.
    write(NEVER);
    producer.abortTransaction();

    ObjectNode results = Command.here(directory, train(streams)).results();

    requireTwiceEight(streams, results);
    if (!streams) {
      assertThat(results.get("tokens_trained").asLong()).isEqualTo(32);
      assertThat(results.get("steps").asLong()).isEqualTo(5);
      assertThat(Files.readAllLines(directory.resolve("out/vocabulary.txt")))
          .containsExactly("a", "b", "c", "d");
    }
  }

  // Each of both lanes or streams has it twice. A stream's records have a newline behind them, and
  // of its 32 bytes the last is in no window.
  private static void requireTwiceEight(boolean streams, ObjectNode results) {
    assertThat(results.get("tokens_produced").asLong()).isEqualTo(streams ? 2 * 31 : 2 * 16);
    assertThat(results.get("tokens_refused").asLong()).isZero();
    assertThat(results.get("steps").asLong()).isPositive();
  }

  @Test
  void textOfLanesWithAnEndWaitsForAnOpenTransactionWhichIsNamed() throws Exception {
    write(EIGHT);
    producer.commitTransaction();
    write(EIGHT);
    try (Command command = Command.start(directory, train(false))) {
      command.awaitThat(() -> Files.readString(command.err()).endsWith("\n"), "a warning");
      producer.commitTransaction();
      Ended ended = command.await();
      assertThat(ended.err()).isEqualTo("flink-lm: warning: " + open() + "\n");
      requireTwiceEight(false, new Ended(ended.code(), ended.out(), "").results());
    }
  }

  @Test
  void soDoesThatOfStreamsAndBehindAResumeOnlyAMarkerIsLeft() throws Exception {
    write(EIGHT);
    producer.commitTransaction();
    write(EIGHT);
    producer.commitTransaction();
    write(NEVER);
    String[] first = train(true, "--stall-warning=1s", "--checkpoint-interval=1");
    try (Command command = Command.start(directory, first)) {
      assertThat(command.awaitLine("Training has stood for "))
          .matches("[0-9]+ s: ([0-9]+ chunks wait for event time .*; )?\\Q" + open() + "\\E");
      command.signal("INT");
      Ended ended = command.await();
      assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
      assertThat(ended.err()).isEqualTo("flink-lm: warning: " + open() + "\n");
    }
    assertThat(new RunFiles(directory.resolve("out")).newestCheckpoint()).isPresent();
    producer.abortTransaction();

    Ended resumed =
        Command.here(
            directory,
            "train",
            "--resume",
            "--bootstrap=" + broker.address(),
            "--json",
            "--port=0");

    requireTwiceEight(true, resumed.results());
  }

  /** What is said of the transaction that begins behind what is in each partition before it. */
  private String open() {
    return "the topic "
        + kafka.named("text")
        + " at "
        + broker.address()
        + " has an open transaction of 'the writer': what is there (partition 0 from offset "
        + offset
        + " on, partition 1 from offset "
        + offset
        + " on) is read once it has ended";
  }

  private int offset = -2;

  /** Writes text for both lanes or streams in a new transaction. */
  private void write(String text) throws Exception {
    // A record and the marker behind it.
    offset += 2;
    producer.beginTransaction();
    for (int lane = 0; lane < 2; lane++) {
      producer
          .send(
              new ProducerRecord<>(
                  kafka.named("text"), lane, ("" + lane).getBytes(UTF_8), text.getBytes(UTF_8)))
          .get();
    }
  }
}
