package io.flinklm.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.FlinkLm;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.RunFiles;
import io.flinklm.local.process.ClassPath;
import io.flinklm.local.process.KafkaProcess;
import io.flinklm.text.Corpus;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Kafka is away for long: training waits, says so, stops when it is told to, and goes on. */
class KafkaAwayITCase {
  // Kafka's clients give up in seconds and not in minutes, so that the job fails often.
  private static final List<String> HURRIED =
      List.of(
          "--kafka-property=request.timeout.ms=2000",
          "--kafka-property=delivery.timeout.ms=3000",
          "--kafka-property=max.block.ms=1500",
          "--kafka-property=default.api.timeout.ms=20000");

  @TempDir private static Path cluster;
  private static KafkaProcess kafka;

  @TempDir private Path directory;
  private String prefix;

  @BeforeAll
  static void start() throws Exception {
    kafka = KafkaProcess.start(ClassPath.ofThisProcess(FlinkLm.class), cluster);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  /** Topics of its own for each test. */
  @BeforeEach
  void createTopics(TestInfo test) throws Exception {
    prefix = test.getTestMethod().orElseThrow().getName() + "-";
    new TopicSetup(address()).createAll(2, Map.of());
  }

  private KafkaAddress address() {
    return kafka.address().withTopicPrefix(prefix);
  }

  private Command command(String... first) throws Exception {
    List<String> arguments = new ArrayList<>(Arrays.asList(first));
    arguments.addAll(HURRIED);
    arguments.addAll(List.of("--port=0", "--checkpoint-interval=1"));
    return Command.start(directory, arguments.toArray(String[]::new));
  }

  private Command run() throws Exception {
    return command(
        "run",
        "--continuous",
        "--scores",
        "--hidden=8",
        "--lanes=8",
        "--partitions=2",
        "--topic-prefix=" + prefix,
        "--bootstrap=" + kafka.address().bootstrap());
  }

  private static String failed(int attempt) {
    return "The job failed in attempt " + attempt + " behind step ";
  }

  @Test
  void aRunWaitsForItAndGoesOnAndStopsWhereItsJobFailsAgainAndAgain() throws Exception {
    try (Command command = run()) {
      goesOnAfterThreeFailures(command);
      stops(command);
    }
    try (Command resumed = command("run", "--resume")) {
      awaitMoreReports(resumed);
      deleteScores();
      resumed.awaitLine(failed(2));
      stops(resumed);
    }
    assertThat(files().lastOfAllSteps()).as("no step is missing").isPositive();
  }

  @Test
  void soDoesATrainingAlone() throws Exception {
    String bootstrap = "--bootstrap=" + kafka.address().bootstrap();
    String topics = "--topic-prefix=" + prefix;
    // It may be there before the text.
    Path words = directory.resolve("words.txt");
    Files.write(words, Corpus.humanNumbers().tokenizer().toBytes());
    try (Command producer =
            Command.start(directory, "produce", bootstrap, topics, "--lanes=8", "--epochs=3");
        Command command =
            command(
                "train", bootstrap, topics, "--vocabulary=" + words, "--hidden=8", "--lanes=8")) {
      assertThat(producer.await().code()).isZero();
      awaitMoreReports(command);
      kafka.kill();
      command.awaitLine(failed(1));
      kafka.startAgain();
      try (Command more = Command.start(directory, "produce", bootstrap, topics, "--lanes=8")) {
        awaitMoreReports(command);
        assertThat(more.await().code()).isZero();
      }
      stops(command);
    }
  }

  @Test
  void aFailureThatComesAgainAtEveryTryIsNamedAndEndsTheRun() throws Exception {
    Ended ended;
    try (Command command = run()) {
      awaitMoreReports(command);
      takeScoresOfMillis(0);
      ended = command.await();
    }
    String out = files().out().toString();
    assertThat(ended.code()).as(ended.out() + ended.err()).isEqualTo(1);
    assertThat(ended.out()).contains(failed(1));
    assertThat(ended.err())
        .hasLineCount(1)
        .matches(
            "flink-lm: the job failed 3 times in the same way behind step [0-9]+, and would again:"
                + " InvalidRecordException: .*; once that is mended: ./flink-lm run --resume --out "
                + out
                + "\n");

    takeScoresOfMillis(Long.MAX_VALUE);
    try (Command resumed = command("run", "--resume")) {
      awaitMoreReports(resumed);
      stops(resumed);
    }
  }

  private void takeScoresOfMillis(long oldest) throws Exception {
    AlterConfigOp change =
        new AlterConfigOp(
            new ConfigEntry("message.timestamp.before.max.ms", Long.toString(oldest)),
            AlterConfigOp.OpType.SET);
    ConfigResource scores =
        new ConfigResource(ConfigResource.Type.TOPIC, address().named(TopicNames.SCORES));
    try (Admin admin = Admin.create(address().properties(Map.of()))) {
      admin.incrementalAlterConfigs(Map.of(scores, List.of(change))).all().get();
    }
  }

  private void goesOnAfterThreeFailures(Command command) throws Exception {
    awaitMoreReports(command);
    deleteScores();
    // As many as end a run whose job fails in the same way without an outage.
    command.awaitLine(failed(3));
    assertThat(Files.readString(command.out())).contains("it goes on from its last checkpoint");
    new TopicSetup(address()).createNewer();
    awaitMoreReports(command);
  }

  /**
   * Takes the topic of scores away. Then every attempt of the job fails again: with a Kafka that is
   * gone the second one would wait for text.
   */
  private void deleteScores() throws Exception {
    try (Admin admin = Admin.create(address().properties(Map.of()))) {
      admin.deleteTopics(List.of(address().named(TopicNames.SCORES))).all().get();
    }
  }

  private void stops(Command command) throws Exception {
    command.signal("TERM");
    Ended ended = command.await();
    assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).contains("Stopped; the last checkpoint is kept.");
  }

  private void awaitMoreReports(Command command) throws Exception {
    long more = files().reportsSoFar() + 30;
    command.awaitThat(() -> files().reportsSoFar() >= more, "report " + more);
  }

  private RunFiles files() {
    return new RunFiles(directory.resolve("out"));
  }
}
