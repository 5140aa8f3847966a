package io.flinklm.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.cli.fixture.LaneText;
import io.flinklm.local.kafka.Broker;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two lanes in two partitions; what a resumed training was to read next is there no more. */
class LostTextITCase {
  private static final int BPTT = 8;
  private static final int WORDS_IN_RECORD = 100;

  @TempDir private Path directory;

  @Test
  void textThatWasDeletedStopsTheTrainingUnlessItMayGoOnBehindAHole() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      LaneText text = LaneText.create(broker.kafka(), 2, BPTT);
      trainFiveHundredTokens(text);
      text.write(0, 500, 2_000);
      text.write(1, 500, 2_000);
      deleteBefore(broker.kafka(), 1, 12);

      assertThat(Command.here(directory, text.train("--resume")).mistake())
          .isEqualTo(
              "the run in "
                  + directory.resolve("out")
                  + " cannot go on: text is gone from Kafka before it was read: partition 1 of the"
                  + " topic text goes on at offset 12, and 5 was to be read next; with"
                  + " --on-lost-text hole training goes on behind it, each lane of that partition"
                  + " from a zero hidden state");
      try (Command train =
          Command.start(directory, text.train("--resume", "--on-lost-text=hole"))) {
        Dashboard dashboard = Dashboard.of(train);
        train.awaitThat(() -> dashboard.count("chunk", "lostTextHoles") == 1, "a hole in lane 1");
        // Lane 1 has 62 windows from before the hole, none at it, and 99 of the 800 tokens behind
        // it.
        train.awaitThat(() -> dashboard.number("step") == 162, "step 162");
        stop(train);
      }
      try (Command train = Command.start(directory, text.train("--resume"))) {
        Dashboard dashboard = Dashboard.of(train);
        text.write(1, 2_000, 2_100);
        train.awaitThat(() -> dashboard.number("step") > 162, "a step of what comes");
        assertThat(dashboard.count("chunk", "lostTextHoles")).isEqualTo(1);
        stop(train);
      }
      assertThat(Files.readString(directory.resolve("out/flink-lm.log")))
          .contains("partition 1 of the topic text goes on at offset 12, and 5 was to be read");
    }
  }

  @Test
  void aTopicThatWasMadeAnewIsRefused() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      LaneText text = LaneText.create(broker.kafka(), 2, BPTT);
      trainFiveHundredTokens(text);
      delete(broker.kafka());
      LaneText anew = LaneText.create(broker.kafka(), 2, BPTT);
      anew.write(0, 0, 1_000);
      anew.write(1, 0, 1_000);

      requireAnotherTopic(Command.here(directory, anew.train("--resume")));
      requireAnotherTopic(
          Command.here(directory, anew.train("--resume", "--on-lost-text", "hole")));
    }
  }

  private void requireAnotherTopic(Ended ended) {
    assertThat(ended.mistake())
        .matches(
            "the run in "
                + directory.resolve("out")
                + " cannot go on: the topic text at [^ ]+ is not the one that was read before: its"
                + " id is [^ ]+ and was [^ ]+, so it was made anew; a new run, with --init-from the"
                + " last model, trains on it");
  }

  @Test
  void anotherClusterAtTheSameAddressIsRefused() throws Exception {
    int port;
    try (Broker broker = Broker.start(directory.resolve("kafka"), 0)) {
      port = Integer.parseInt(broker.address().replaceAll(".*:", ""));
      trainFiveHundredTokens(LaneText.create(KafkaAddress.of(broker.address()), 2, BPTT));
    }
    try (Broker broker = Broker.start(directory.resolve("other"), port)) {
      new TopicSetup(KafkaAddress.of(broker.address())).createAll(2, Map.of());
      LaneText other = LaneText.create(KafkaAddress.of(broker.address()), 2, BPTT);
      other.write(0, 0, 1_000);
      other.write(1, 0, 1_000);

      assertThat(Command.here(directory, other.train("--resume")).mistake())
          .matches(
              ".* cannot go on: the Kafka at [^ ]+ is not the cluster that text was read from"
                  + " before: its id is [^ ]+ and was [^ ]+; give the address of the one before, or"
                  + " start a new run, with --init-from the last model, on this one");
    }
  }

  /** Five records a lane. */
  private void trainFiveHundredTokens(LaneText text) throws Exception {
    text.write(0, 0, 5 * WORDS_IN_RECORD);
    text.write(1, 0, 5 * WORDS_IN_RECORD);
    try (Command train = Command.start(directory, text.train())) {
      Dashboard dashboard = Dashboard.of(train);
      train.awaitThat(() -> dashboard.number("step") == 62, "step 62");
      stop(train);
    }
  }

  private static void stop(Command train) throws Exception {
    train.signal("INT");
    Ended ended = train.await();
    assertThat(ended.code()).as(ended.err()).isZero();
  }

  private static void deleteBefore(KafkaAddress kafka, int partition, long offset)
      throws Exception {
    try (Admin admin = Admin.create(kafka.properties(Map.of()))) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition("text", partition), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
  }

  private static void delete(KafkaAddress kafka) throws Exception {
    try (Admin admin = Admin.create(kafka.properties(Map.of()))) {
      admin.deleteTopics(List.of("text")).all().get();
    }
  }
}
