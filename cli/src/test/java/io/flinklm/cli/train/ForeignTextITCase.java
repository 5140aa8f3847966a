package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.TextTopic;
import io.flinklm.text.Corpus;
import io.flinklm.text.HumanNumbers;
import io.flinklm.text.Words;
import io.flinklm.train.ReportJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text that any client of Kafka wrote, with a lane as its key and no headers. */
class ForeignTextITCase {
  private static final List<String> WORDS = Words.of(HumanNumbers.text());
  private static final int BPTT = 16;

  /** Words of each lane: too few for a window, none at all, whole windows, tails. */
  private static final int[] LENGTHS = {16, 0, 17, 49, 100, 64, 333, 200};

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
  void linesWrittenWithKcatAreTrainedOn() throws Exception {
    assumeTrue(isInstalled("kcat"), "kcat is not installed; the next test does without");
    TextTopic.create(broker.kafka(), "text", 4);
    for (int lane = 0; lane < LENGTHS.length; lane++) {
      Path file = directory.resolve("lane-" + lane);
      Files.write(file, lines(lane, 0, LENGTHS[lane]));
      Process kcat =
          new ProcessBuilder(
                  "kcat", "-P", "-b", broker.address(), "-t", "text", "-k", String.valueOf(lane))
              .redirectInput(file.toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(kcat.getInputStream().readAllBytes(), UTF_8);
      assertThat(kcat.waitFor()).as(said).isEqualTo(0);
    }
    requireAllTrainedOn();
  }

  private static boolean isInstalled(String program) throws InterruptedException {
    try {
      Process version = new ProcessBuilder(program, "-V").redirectErrorStream(true).start();
      version.getInputStream().readAllBytes();
      return version.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void linesOfAPlainClientAreTrainedOn() throws Exception {
    TextTopic.create(broker.kafka(), "text", 4);
    for (int lane = 0; lane < LENGTHS.length; lane++) {
      send(lane, lines(lane, 0, LENGTHS[lane]));
    }
    requireAllTrainedOn();
  }

  @Test
  void textOfNoLaneIsNothingToTrainOn() throws Exception {
    TextTopic.create(broker.kafka(), "text", 4);
    send(9, lines(9, 0, 40));

    assertThat(Command.here(directory, train("--bounded", "--lanes=8")).mistake())
        .isEqualTo(
            "no record of the topic text at "
                + broker.address()
                + " is of a lane from 0 to 7; its key must be the lane's number in decimal");
  }

  private void requireAllTrainedOn() throws Exception {
    long written = 0;
    long steps = 0;
    long trained = 0;
    for (int length : LENGTHS) {
      int windows = Math.max(0, (length - 1) / BPTT);
      written += length;
      steps = Math.max(steps, windows);
      trained += windows == 0 ? 0 : windows * BPTT + 1;
    }
    ObjectNode results =
        Command.here(directory, train("--bounded", "--lanes=8", "--bptt=" + BPTT)).results();
    assertThat(results.get("tokens_produced").asLong()).isEqualTo(written);
    assertThat(results.get("tokens_trained").asLong()).isEqualTo(trained);
    assertThat(results.get("tokens_scored").asLong()).isEqualTo(0);
    assertThat(results.get("tokens_refused").asLong()).isEqualTo(written - trained);
    assertThat(results.get("refused").toString())
        .isEqualTo("{\"tail\":" + (written - trained) + "}");
    assertThat(results.get("tokens_waiting").asLong()).isEqualTo(0);
    assertThat(results.get("steps").asLong()).isEqualTo(steps);
    assertThat(results.get("train_loss").asDouble()).isBetween(0.1, 4.0);
    assertThat(new RunFiles(directory.resolve("out")).lastOfAllSteps()).isEqualTo(steps);
  }

  @Test
  void textThatGoesOnComingIsTrainedOnUntilASignalAndAfterIt() throws Exception {
    List<String> goOn;
    Path vocabulary = directory.resolve("words.txt");
    Files.write(vocabulary, Corpus.humanNumbers().tokenizer().toBytes());
    String[] start = train("--lanes=4", "--bptt=8", "--vocabulary=" + vocabulary);
    // Of each next 40 words, every lane's 41st completes the fifth window of 8.
    try (Command train = Command.start(directory, start)) {
      train.awaitLine("Dashboard ");
      sendToLanes(0, 41);
      train.awaitThat(() -> newestStep() == 5, "step 5");
      sendToLanes(41, 81);
      train.awaitThat(() -> newestStep() == 10, "step 10");
      goOn = stop(train);
    }
    sendToLanes(81, 121);
    goOn.add("--port=0");
    try (Command train = Command.start(directory, goOn.toArray(String[]::new))) {
      train.awaitThat(() -> newestStep() == 15, "step 15");
      sendToLanes(121, 161);
      train.awaitThat(() -> newestStep() == 20, "step 20");
      stop(train);
    }
    assertThat(new RunFiles(directory.resolve("out")).lastOfAllSteps()).isEqualTo(20);
  }

  /** Stops it as Ctrl-C does; gives the arguments that it names to go on with. */
  private static List<String> stop(Command train) throws Exception {
    train.signal("INT");
    Ended ended = train.await();
    assertThat(ended.code()).as(ended.err()).isEqualTo(0);
    assertThat(ended.err()).isEmpty();
    List<String> lines = ended.out().lines().toList();
    String command = lines.get(lines.size() - 1).strip();
    assertThat(command).startsWith("./flink-lm train ").contains(" --resume ");
    List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
    return new ArrayList<>(words.subList(1, words.size()));
  }

  /** The newest step that the topic of metrics tells of, for anybody to watch. */
  private long newestStep() {
    return new TextTopic(broker.kafka(), "metrics", 1)
        .received().get(0).stream()
            .mapToLong(record -> ReportJson.parse(record.value()).step())
            .max()
            .orElse(0);
  }

  private String[] train(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("train", "--bootstrap", broker.address(), "--hidden=8", "--port=0", "--json"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private void sendToLanes(int from, int to) throws Exception {
    for (int lane = 0; lane < 4; lane++) {
      send(lane, lines(lane, from, to));
    }
  }

  /** A part of a lane's text as lines of seven words. */
  private static List<String> lines(int lane, int from, int to) {
    List<String> lines = new ArrayList<>();
    for (int word = from; word < to; word += 7) {
      int start = 1_000 * lane + word;
      lines.add(String.join(" ", WORDS.subList(start, Math.min(start + 7, 1_000 * lane + to))));
    }
    return lines;
  }

  private void send(int lane, List<String> lines) throws Exception {
    try (KafkaProducer<String, String> client =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new StringSerializer(),
            new StringSerializer())) {
      for (String line : lines) {
        client.send(new ProducerRecord<>("text", String.valueOf(lane), line)).get();
      }
    }
  }
}
