package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.TextTopic;
import io.flinklm.topics.LaneRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that are JSON: text and lane are fields of theirs, and what has none is a dead letter.
 */
class JsonRecordsITCase {
  private static final int RECORDS = 40;
  private static final String TEXT = "hêllo";

  // Its bytes in UTF-8 and the line feed that stands behind each.
  private static final long BYTES = 7;

  @TempDir private Path directory;
  private final List<byte[]> dead = new ArrayList<>();

  @Test
  void fieldsAreTrainedOnAndWhatHasNoneIsADeadLetter() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      TextTopic.create(broker.kafka(), "text", 2);
      TextTopic letters = TextTopic.create(broker.kafka(), "dead-letters", 1);
      send(broker);

      ObjectNode results = Command.here(directory, arguments(broker)).results();

      long refused = dead.stream().mapToLong(value -> value.length).sum();
      assertThat(results.get("tokens_produced").asLong()).isEqualTo(2 * RECORDS * BYTES + refused);
      assertThat(results.get("refused").get("bad_text").asLong()).isEqualTo(refused);
      assertThat(results.get("refused").has("bad_key")).isFalse();
      assertThat(results.get("bytes_produced").asLong()).isEqualTo(2 * RECORDS * BYTES + refused);
      assertThat(results.get("tokens_waiting").asLong()).isZero();
      requireLetters(letters.received().get(0));
    }
  }

  private void send(TestedKafka broker) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int lane = 0; lane < 2; lane++) {
        // Kafka's own key is a host, and one record a lane has no text in the end.
        byte[] host = ("host-" + lane).getBytes(UTF_8);
        for (int i = 0; i < RECORDS; i++) {
          String json = "{\"lane\":%d,\"n\":%d,\"text\":\"%s\"}".formatted(lane, i, TEXT);
          producer.send(new ProducerRecord<>("text", lane, host, json.getBytes(UTF_8))).get();
        }
        String bad = lane == 0 ? "{\"lane\":0,\"txt\":\"x\"}" : "{\"lane\":1,\"text\":5}";
        dead.add(bad.getBytes(UTF_8));
        producer.send(new ProducerRecord<>("text", lane, host, bad.getBytes(UTF_8))).get();
      }
    }
  }

  private String[] arguments(TestedKafka broker) {
    return new String[] {
      "train",
      "--bootstrap=" + broker.address(),
      "--bounded",
      "--json",
      "--port=0",
      "--lanes=2",
      "--bptt=8",
      "--hidden=8",
      "--tokenizer=bytes",
      "--text-field=/text",
      "--key-field=/lane",
      "--end-of-record=newline"
    };
  }

  private void requireLetters(List<ConsumerRecord<byte[], byte[]>> letters) {
    assertThat(letters).extracting(ConsumerRecord::value).containsExactlyInAnyOrderElementsOf(dead);
    assertThat(letters)
        .extracting(letter -> new String(letter.key(), UTF_8))
        .containsExactlyInAnyOrder("host-0", "host-1");
    assertThat(letters)
        .extracting(letter -> new String(LaneRecord.header(letter.headers(), "error"), UTF_8))
        .containsExactlyInAnyOrder(
            "the field /text is missing; expected a string at /text",
            "the field /text is a number; expected a string at /text");
  }
}
