package io.flinklm.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Segment;
import io.flinklm.local.kafka.Broker;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.local.process.Ports;
import io.flinklm.text.Corpus;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.LaneKey;
import io.flinklm.topics.LaneRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanePublisherITCase {
  private static final Map<String, Object> HURRIED =
      Map.of(
          ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 500,
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 1_500,
          ProducerConfig.MAX_BLOCK_MS_CONFIG, 1_500);
  private static final Corpus TEXT = Corpus.humanNumbers();
  private static final Lanes LANES = Lanes.of(TEXT.size(), 16, 16);
  private static final LanePlan PLAN = LanePlan.of(TEXT, LANES, 2);
  private static final LanePlan ENDLESS = LanePlan.of(TEXT, LANES, LanePlan.ENDLESS);

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

  @Test
  void aRecordLargerThanKafkaTakesItIsAMistakeThatNamesItsPlace() throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "larger", 1);
    List<String> text = new ArrayList<>(Collections.nCopies(400, "one"));
    text.replaceAll(token -> token.repeat(7_000));
    LanePlan plan = LanePlan.of(Corpus.ofWords(text), Lanes.of(text.size(), 2, 16), 1);
    try (LanePublisher publisher = new LanePublisher(topic.kafka(), "larger")) {
      assertThatThrownBy(() -> publisher.publish(plan, Pace.unlimited(), tokens -> {}))
          .isInstanceOf(UserMistake.class)
          .hasMessageStartingWith(
              "the topic larger takes no text: lane 0, epoch 0 train, position 0: a record of 64"
                  + " tokens is too large, divide the longest of them by white space: ");
    }
  }

  @Test
  void theTopicHoldsThePlan() throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "whole", 3);
    AtomicLong acknowledged = new AtomicLong();
    long published;
    try (LanePublisher publisher = new LanePublisher(topic.kafka(), "whole")) {
      published = publisher.publish(PLAN, Pace.unlimited(), acknowledged::set);
    }
    assertThat(published).isEqualTo(PLAN.tokens()).isEqualTo(acknowledged.get());
    assertThat(topic.records()).isEqualTo(topic.expected(PLAN));
    Map<Integer, Long> counts = new TreeMap<>();
    topic.received().forEach((partition, records) -> counts.put(partition, (long) records.size()));
    assertThat(counts).isEqualTo(PLAN.recordsPerPartition(3));
  }

  @Test
  void keyTextAndHeadersAreForEveryClientToRead() throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "one", 1);
    topic.publish(List.of(PLAN.iterator().next()));
    ConsumerRecord<byte[], byte[]> record = topic.received().get(0).get(0);
    assertThat(record.key()).isEqualTo("0".getBytes(UTF_8));
    assertThat(new String(record.value(), UTF_8)).startsWith("one . two . three . four .");
    assertThat(record.headers())
        .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .containsExactly("epoch=0", "split=train", "position=0");
  }

  @Test
  void anotherInterleavingKeepsTheOrderOfEachLane() throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "shuffled", 2);
    topic.publish(PLAN.withInterleaving(Interleaving.shuffled(3)));
    assertThat(topic.records()).isNotEqualTo(topic.expected(PLAN));
    assertThat(byLane(topic.records())).isEqualTo(byLane(topic.expected(PLAN)));
  }

  private static Map<Integer, List<LaneRecord>> byLane(Map<Integer, List<LaneRecord>> records) {
    return records.values().stream()
        .flatMap(List::stream)
        .collect(Collectors.groupingBy(LaneRecord::lane));
  }

  @Test
  void anAllowanceHoldsItBackAndStopEndsIt() throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "held", 2);
    AtomicLong allowance = new AtomicLong(1_000);
    AtomicLong acknowledged = new AtomicLong();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (LanePublisher publisher = new LanePublisher(topic.kafka(), "held")) {
      Future<Long> published =
          thread.submit(
              () ->
                  publisher.publish(
                      ENDLESS, Pace.unlimited().within(allowance::get), acknowledged::set));
      requireHeldAt(1_024, acknowledged);
      allowance.set(5_000);
      requireHeldAt(5_056, acknowledged);
      publisher.stop();
      assertThat(published.get(30, TimeUnit.SECONDS)).isEqualTo(5_056);
    } finally {
      thread.shutdownNow();
    }
    assertThat(topic.records().values().stream().mapToInt(List::size).sum()).isEqualTo(79);
  }

  private static void requireHeldAt(long tokens, AtomicLong acknowledged) throws Exception {
    for (int i = 0; i < 1_000 && acknowledged.get() < tokens; i++) {
      Thread.sleep(20);
    }
    Thread.sleep(200);
    assertThat(acknowledged).hasValue(tokens);
  }

  @Test
  void aRateSlowsItDown() throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "slow", 1);
    LanePlan plan = PLAN.withTokensPerRecord(10);
    List<LaneRecord> first = new ArrayList<>();
    plan.forEach(first::add);
    long begin = System.nanoTime();
    try (LanePublisher publisher = new LanePublisher(topic.kafka(), "slow")) {
      publisher.publish(first.subList(0, 21), Pace.perSecond(200), tokens -> {});
    }
    // 200 tokens are out before the last record: a second at least, however fast the machine.
    assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
  }

  @Test
  void aKafkaThatIsNotThereIsNamed() throws Exception {
    String address = Ports.HOST + ":" + Ports.free(0).broker();
    try (LanePublisher publisher = new LanePublisher(new KafkaAddress(address, HURRIED), "text")) {
      assertThatThrownBy(() -> publisher.publish(PLAN, Pace.unlimited(), tokens -> {}))
          .isInstanceOf(UserMistake.class)
          .hasMessage("Kafka cannot be reached at " + address + ": Connection refused");
    }
  }

  @Test
  void aTopicThatIsNotThereIsNamed() throws Exception {
    KafkaAddress kafka = new KafkaAddress(broker.address(), HURRIED);
    try (LanePublisher publisher = new LanePublisher(kafka, "absent")) {
      assertThatThrownBy(() -> publisher.publish(PLAN, Pace.unlimited(), tokens -> {}))
          .isInstanceOf(UserMistake.class)
          .hasMessageStartingWith(
              "Kafka at " + broker.address() + ": the topic absent takes no text: ");
    }
  }

  @Test
  void aRecordThatKafkaRefusesEndsThePublication() throws Exception {
    TextTopic topic = TextTopic.create(broker.kafka(), "large", 1);
    LaneRecord small = LaneRecord.ofWords(0, Segment.FIRST, 0, List.of("one"));
    LaneRecord large = LaneRecord.ofWords(0, Segment.FIRST, 1, List.of("x".repeat(2_000_000)));
    LaneRecord behind = LaneRecord.ofWords(0, Segment.FIRST, 2, List.of("two"));
    assertThatThrownBy(() -> topic.publish(List.of(small, large, behind)))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("the topic large takes no text: ")
        .hasMessageContaining("2000");
    assertThat(topic.records().get(0)).isSubsetOf(small);
  }

  @Test
  void whatIsLeftBehindWhenKafkaGoesAwayHasNoHole(@TempDir Path folder) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Broker mortal = Broker.start(folder, 0);
        LanePublisher publisher =
            new LanePublisher(new KafkaAddress(mortal.address(), HURRIED), "text")) {
      TextTopic.create(KafkaAddress.of(mortal.address()), "text", 3);
      CountDownLatch underWay = new CountDownLatch(200);
      Future<Long> published =
          thread.submit(
              () ->
                  publisher.publish(
                      ENDLESS, Pace.perSecond(500_000), tokens -> underWay.countDown()));
      assertThat(underWay.await(30, TimeUnit.SECONDS)).isTrue();
      mortal.close();
      assertThatThrownBy(() -> published.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(UserMistake.class)
          .hasMessageContaining("Kafka cannot be reached at " + mortal.address() + ": ");
    } finally {
      thread.shutdownNow();
    }
    try (Broker again = Broker.start(folder, 0)) {
      TextTopic topic = new TextTopic(KafkaAddress.of(again.address()), "text", 3);
      requireBeginningOfEndless(topic);
      List<LaneRecord> more = new ArrayList<>();
      LanePlan rest = ENDLESS.after(topic.progress(LANES.count()).last());
      for (Iterator<LaneRecord> records = rest.iterator(); more.size() < 500; ) {
        more.add(records.next());
      }
      topic.publish(more);
      requireBeginningOfEndless(topic);
    }
  }

  private static void requireBeginningOfEndless(TextTopic topic) {
    topic
        .records()
        .forEach(
            (partition, records) ->
                assertThat(records)
                    .hasSizeGreaterThan(10)
                    .isEqualTo(
                        StreamSupport.stream(ENDLESS.spliterator(), false)
                            .filter(r -> LaneKey.partition(r.lane(), 3) == partition)
                            .limit(records.size())
                            .toList()));
  }
}
