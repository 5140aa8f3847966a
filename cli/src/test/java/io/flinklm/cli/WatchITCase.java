package io.flinklm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.MadeRun;
import io.flinklm.cli.screen.EpochTable;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code watch} shows of runs that others make. */
class WatchITCase {
  private static final List<Report> RUN = MadeRun.of(4);
  private static final int ROWS = 4;

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
  void aMissingTopicIsNamedAndNotMade() throws Exception {
    for (int time = 0; time < 2; time++) {
      assertThat(Command.here(watch()).mistake())
          .isEqualTo(
              "there is no topic metrics at %s; a job makes it: ./flink-lm train --bootstrap %s"
                  .formatted(broker.address(), broker.address()));
    }
  }

  @Test
  void ofARunThatIsOverTheRecentPastAndTheEndAreShown() throws Exception {
    publish(MadeRun.of(2));
    publish(RUN);
    Ended watched = Command.here(watch());

    assertThat(watched.code()).as(watched.err()).isZero();
    List<String> lines = watched.out().lines().toList();
    assertThat(lines).hasSize(1 + ROWS + 1);
    assertThat(lines.get(0)).isEqualTo(EpochTable.header());
    assertThat(lines.get(1)).startsWith("    1 ");
    assertThat(lines.get(ROWS)).startsWith("    4 ");
    assertThat(lines.get(ROWS + 1))
        .startsWith("The run has ended: 196 steps, train loss ")
        .endsWith("; SHA-256 c0ffee");
  }

  @Test
  void whoJoinsInTheMiddleSeesSomethingAtOnceAndThenTheRest() throws Exception {
    int half = RUN.size() / 2 + 10;
    publish(RUN.subList(0, half));
    try (Command watch = Command.start(directory, watch())) {
      watch.awaitLine("    2 ");
      publish(RUN.subList(half, RUN.size()));
      Ended ended = watch.await();

      assertThat(ended.code()).as(ended.err()).isZero();
      assertThat(ended.err()).isEmpty();
      assertThat(ended.out().lines()).hasSize(1 + ROWS + 1);
      assertThat(ended.out()).contains("The run has ended: 196 steps");
    }
  }

  @Test
  void theEndOfAnotherTrainingIsNotTheEndOfTheWatchedOne() throws Exception {
    List<Report> watched = RUN.stream().map(report -> report.of("watched")).toList();
    int half = RUN.size() / 2 + 10;
    publish(watched.subList(0, half));
    try (Command watch = Command.start(directory, watch())) {
      watch.awaitLine("    2 ");
      publish(MadeRun.of(2).stream().map(report -> report.of("other")).toList());
      publish(watched.subList(half, RUN.size()));
      Ended ended = watch.await();

      assertThat(ended.code()).as(ended.err()).isZero();
      assertThat(ended.out().lines()).hasSize(1 + ROWS + 1);
      assertThat(ended.out()).contains("The run has ended: 196 steps");
    }
  }

  @Test
  void silenceIsSaidAndCtrlCEndsIt() throws Exception {
    publish(List.of());
    try (Command watch = Command.start(directory, watch())) {
      watch.awaitLine("Nothing has come for 10 s: no job is running, or it waits for text");
      watch.signal("INT");
      Ended ended = watch.await();
      assertThat(ended.code()).as(ended.err()).isZero();
      assertThat(ended.out()).hasLineCount(1);
    }
  }

  @Test
  void aRecordThatIsNoReportIsNamed() throws Exception {
    publish(RUN.subList(0, 3));
    publish("metrics of another kind".getBytes(UTF_8));

    assertThat(Command.here(watch()).mistake())
        .startsWith("the topic metrics holds at offset 3 what no job wrote: not a report: ");
  }

  @Test
  void aRealJobIsWatchedToItsEnd() throws Exception {
    String[] text = {"--bootstrap=" + broker.address(), "--lanes=8", "--bptt=8"};
    Ended produced = Command.here("produce", text[0], text[1], text[2], "--epochs=1", "--rate=0");
    assertThat(produced.code()).as(produced.err()).isZero();
    try (Command watch = Command.start(directory, watch())) {
      Ended trained =
          Command.here(
              directory,
              "train",
              text[0],
              text[1],
              text[2],
              "--bounded",
              "--hidden=8",
              "--port=0",
              "--json");
      String sha256 = trained.json().get("weights_sha256").asText();
      assertThat(watch.await().out())
          .contains(System.lineSeparator() + "    1  ")
          .contains("SHA-256 " + sha256);
    }
  }

  private String[] watch() {
    return new String[] {"watch", "--bootstrap=" + broker.address()};
  }

  private void publish(List<Report> reports) throws Exception {
    publish(reports.stream().map(ReportJson::toBytes).toArray(byte[][]::new));
  }

  private void publish(byte[]... values) throws Exception {
    new TopicSetup(broker.kafka()).create(TopicNames.METRICS, 1, Map.of());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (byte[] value : values) {
        var unused = producer.send(new ProducerRecord<>(TopicNames.METRICS, value));
      }
      producer.flush();
    }
  }
}
