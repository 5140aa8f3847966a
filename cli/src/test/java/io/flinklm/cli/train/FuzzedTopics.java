package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.predict.PredictionJson;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.train.Report;
import io.flinklm.train.ReportJson;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What a job under fuzz writes to its topics, followed from the beginning and kept as counts. */
final class FuzzedTopics implements AutoCloseable {
  private static final Duration WAIT = Duration.ofMillis(20);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Integer> letters = new HashMap<>();
  private final Map<String, Integer> contents;
  private int lettersOfPrompts;
  private int answers;
  private int epoch = -1;

  /**
   * Begins to follow.
   *
   * @param contents of records of text that were sent, by place: {@link #content}
   */
  FuzzedTopics(KafkaAddress kafka, Map<String, Integer> contents) {
    this.contents = contents;
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrap()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all =
        List.of(TopicNames.METRICS, TopicNames.DEAD_LETTERS, TopicNames.PREDICTIONS).stream()
            .map(topic -> new TopicPartition(topic, 0))
            .toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  /** Takes up what has come. */
  void follow() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
      switch (record.topic()) {
        case TopicNames.METRICS -> take(ReportJson.parse(record.value()));
        case TopicNames.DEAD_LETTERS -> takeLetter(record);
        default -> {
          assertThat(PredictionJson.parse(record.value()).id()).isNotNull();
          answers++;
        }
      }
    }
  }

  /** Takes up all that there is. */
  void followToTheEnd() {
    Map<TopicPartition, Long> end = consumer.endOffsets(consumer.assignment());
    while (end.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      follow();
    }
  }

  private void take(Report report) {
    if (report instanceof Report.Step) {
      epoch = Math.max(epoch, report.epoch());
    }
  }

  private void takeLetter(ConsumerRecord<byte[], byte[]> letter) {
    assertThat(header(letter, "error")).isNotBlank().matches("\\P{Cntrl}*");
    if (header(letter, "topic").equals(TopicNames.PROMPTS)) {
      lettersOfPrompts++;
      return;
    }
    String place = header(letter, "partition") + "/" + header(letter, "offset");
    if (letter.headers().lastHeader("value_sha256") == null
        && letter.headers().lastHeader("headers_left_out") == null) {
      assertThat(content(letter.key(), letter.value())).isEqualTo(contents.get(place));
    }
    letters.merge(place, 1, Integer::sum);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return new String(header.value(), UTF_8);
  }

  /** What tells contents apart. */
  static int content(byte[] key, byte[] value) {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
  }

  /** The places of the records of text that there are letters of. */
  Set<String> letters() {
    return letters.keySet();
  }

  /** Those of them that there are so many letters of, no more and no fewer. */
  Set<String> letters(int times) {
    return letters.keySet().stream()
        .filter(place -> letters.get(place) == times)
        .collect(Collectors.toSet());
  }

  /** How many prompts were answered or are dead letters. */
  int promptsDealtWith() {
    return answers + lettersOfPrompts;
  }

  /** How many were answered. */
  int answers() {
    return answers;
  }

  /** The highest epoch of a step. */
  int epoch() {
    return epoch;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
