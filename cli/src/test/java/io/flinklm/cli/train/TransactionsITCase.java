package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.TextTopic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text that producers write in transactions, of which some are aborted. */
class TransactionsITCase {
  private static final String EIGHT = "a b c d a b c d";
  private static final String ABORTED = "never never never";

  @TempDir private Path directory;

  @Test
  void onlyWhatIsCommittedIsTrainedOn() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      TextTopic.create(broker.kafka(), "text", 2);
      try (KafkaProducer<byte[], byte[]> producer = producer(broker)) {
        producer.initTransactions();
        send(producer, EIGHT, true);
        send(producer, ABORTED, false);
        send(producer, EIGHT, true);
        // The end of each partition is then behind what nobody gets.
        send(producer, ABORTED, false);
      }
      ObjectNode results =
          Command.here(
                  directory,
                  "train",
                  "--bounded",
                  "--json",
                  "--lanes=2",
                  "--bptt=3",
                  "--hidden=4",
                  "--port=0",
                  "--bootstrap=" + broker.address())
              .results();
      assertThat(results.get("tokens_produced").asLong()).isEqualTo(32);
      assertThat(results.get("tokens_trained").asLong()).isEqualTo(32);
      assertThat(results.get("steps").asLong()).isEqualTo(5);
      assertThat(Files.readAllLines(directory.resolve("out/vocabulary.txt")))
          .containsExactly("a", "b", "c", "d");
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(TestedKafka broker) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.address(), "transactional.id", "writer"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Writes text of both lanes in one transaction. */
  private static void send(KafkaProducer<byte[], byte[]> producer, String text, boolean commit)
      throws Exception {
    producer.beginTransaction();
    for (int lane = 0; lane < 2; lane++) {
      producer
          .send(
              new ProducerRecord<>("text", lane, ("" + lane).getBytes(UTF_8), text.getBytes(UTF_8)))
          .get();
    }
    if (commit) {
      producer.commitTransaction();
    } else {
      producer.abortTransaction();
    }
  }
}
