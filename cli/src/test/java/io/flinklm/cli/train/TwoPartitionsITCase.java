package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.TextTopic;
import io.flinklm.train.ReportJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One lane's text in two partitions, as by clients with different partitioners. */
class TwoPartitionsITCase {
  @TempDir private Path directory;

  @Test
  void whatComesFromAnotherPartitionStartsFreshAndIsSaidOnce() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      TextTopic.create(broker.kafka(), "text", 2);
      TextTopic metrics = TextTopic.create(broker.kafka(), "metrics", 1);
      send(broker, 0, "one two three four five");
      try (Command train =
          Command.start(
              directory,
              "train",
              "--bootstrap=" + broker.address(),
              "--lanes=1",
              "--bptt=2",
              "--hidden=4",
              "--port=0",
              "--checkpoint-interval=1")) {
        Dashboard dashboard = Dashboard.of(train);
        train.awaitThat(() -> newestStep(metrics) == 2, "step 2");
        send(broker, 1, "five four three two one");
        train.awaitThat(() -> dashboard.count("chunk", "partitionChanges") == 1, "a change");
        send(broker, 0, "one two three four five");
        train.awaitThat(() -> dashboard.count("chunk", "partitionChanges") == 2, "another change");
        // Beside each hole a window is missing; joined, the three would make seven steps.
        train.awaitThat(() -> newestStep(metrics) == 5, "step 5");
        train.signal("INT");
        assertThat(train.await().code()).isZero();
      }
      assertThat(newestStep(metrics)).isEqualTo(5);
      assertThat(Files.readAllLines(directory.resolve("out/flink-lm.log")))
          .filteredOn(line -> line.contains("came from another one before"))
          .singleElement()
          .asString()
          .contains("text of lane 0 comes from partition 1");
    }
  }

  private static long newestStep(TextTopic metrics) {
    return metrics.received().get(0).stream()
        .mapToLong(record -> ReportJson.parse(record.value()).step())
        .max()
        .orElse(0);
  }

  private static void send(TestedKafka broker, int partition, String text) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>("text", partition, "0".getBytes(UTF_8), text.getBytes(UTF_8)))
          .get();
    }
  }
}
