package io.flinklm.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.lane.Lanes;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.local.process.Ports;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenizerKind;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.LaneKey;
import io.flinklm.topics.LaneRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedProgressITCase {
  private static final int COUNT = 16;
  private static final Corpus TEXT = Corpus.humanNumbers();
  private static final LanePlan PLAN = LanePlan.of(TEXT, Lanes.of(TEXT.size(), COUNT, 16), 2);
  private static final List<LaneRecord> RECORDS =
      StreamSupport.stream(PLAN.spliterator(), false).toList();

  @TempDir private static Path directory;
  private static TestedKafka broker;

  @BeforeAll
  static void startBroker() {
    broker = TestedKafka.start(directory);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private static void goOn(TextTopic topic) throws InterruptedException {
    topic.publish(PLAN.after(topic.progress(COUNT).last()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 16, 100, 789, 1_024, 1_991})
  void itGoesOnWhereItWasStopped(int stop) throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "stopped-" + stop, 3);
    try (LanePublisher publisher = new LanePublisher(topic.kafka(), topic.name())) {
      int[] taken = {0};
      publisher.publish(
          () ->
              RECORDS.stream()
                  .peek(
                      record -> {
                        if (taken[0]++ == stop) {
                          publisher.stop();
                        }
                      })
                  .iterator(),
          Pace.unlimited(),
          tokens -> {});
    }
    assertThat(topic.records().values().stream().mapToInt(List::size).sum()).isEqualTo(stop);
    goOn(topic);
    assertThat(topic.records()).isEqualTo(topic.expected(PLAN));
    assertThat(PLAN.after(topic.progress(COUNT).last())).isEmpty();
  }

  /** A producer that is killed leaves each partition at another place. */
  @Test
  void itGoesOnWhereEachPartitionEnded() throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "killed", 3);
    int[] most = {700, 3, 320};
    int[] sent = {0, 0, 0};
    topic.publish(
        RECORDS.stream()
            .filter(
                record -> {
                  int partition = LaneKey.partition(record.lane(), 3);
                  return sent[partition]++ < most[partition];
                })
            .toList());
    goOn(topic);
    assertThat(topic.records()).isEqualTo(topic.expected(PLAN));
  }

  @Test
  void aLaneThatStoppedLongAgoIsFoundBehindForeignRecords() throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "far", 1);
    LaneRecord only = RECORDS.get(5);
    topic.publish(RECORDS.stream().filter(r -> r.lane() != 5 || r.equals(only)).toList());
    topic.publish(RECORDS.subList(0, 10));
    for (int i = 0; i < 300; i++) {
      topic.sendToEach(i % 2 == 0 ? "5" : "no lane", "one . two");
    }
    assertThat(topic.progress(COUNT).last())
        .hasSize(COUNT)
        .containsEntry(5, only)
        .containsEntry(0, RECORDS.get(RECORDS.size() - COUNT));
  }

  @Test
  void lanesAreFoundAfterTheTopicGotMorePartitions() throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "grown", 2);
    topic.publish(RECORDS.subList(0, 500));
    try (Admin admin = admin()) {
      admin.createPartitions(Map.of("grown", NewPartitions.increaseTo(5))).all().get();
    }
    TextTopic grown = new TextTopic(broker.kafka(), "grown", 5);
    assertThat(PLAN.after(grown.progress(COUNT).last()))
        .containsExactlyElementsOf(RECORDS.subList(500, RECORDS.size()));
    grown.publish(RECORDS.subList(500, 600));
    assertThat(PLAN.after(grown.progress(COUNT).last()))
        .containsExactlyElementsOf(RECORDS.subList(600, RECORDS.size()));
  }

  @Test
  void aTopicThatForgotWhereALaneEndedIsAMistake() throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "forgetful", 1);
    topic.publish(RECORDS.subList(0, 40));
    try (Admin admin = admin()) {
      TopicPartition partition = new TopicPartition("forgetful", 0);
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(20))).all().get();
      assertThat(topic.progress(COUNT).last()).hasSize(COUNT);
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(30))).all().get();
    }
    assertThatThrownBy(() -> topic.progress(COUNT))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("the topic forgetful no longer holds where lane 8 ended");
  }

  @Test
  void aTopicThatIsEmptyOrNotThereHasNoLane() throws Exception {
    assertThat(TextTopic.create(broker.kafka(), "empty", 2).progress(COUNT).last()).isEmpty();
    assertThat(new TextTopic(broker.kafka(), "absent", 0).progress(COUNT).last()).isEmpty();
  }

  @Test
  void whatStoodInTheTopicBeforeDoesNotCount() throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "used", 1);
    topic.publish(PLAN);
    long end = topic.received().get(0).size();
    assertThat(topic.progress(COUNT).last()).hasSize(COUNT);
    assertThat(
            PublishedProgress.read(
                    topic.kafka(), "used", COUNT, Map.of(0, end), TokenizerKind.WORDS)
                .last())
        .isEmpty();
  }

  @Test
  void aKafkaThatIsNotThereIsNamed() {
    String address = Ports.HOST + ":" + Ports.free(0).broker();
    KafkaAddress kafka =
        new KafkaAddress(
            address, Map.of("request.timeout.ms", 500, "default.api.timeout.ms", 1_000));
    assertThatThrownBy(
            () -> PublishedProgress.read(kafka, "text", COUNT, Map.of(), TokenizerKind.WORDS))
        .isInstanceOf(UserMistake.class)
        .hasMessage("Kafka cannot be reached at " + address + ": Connection refused");
  }

  private static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", broker.address()));
  }
}
