package io.flinklm.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.cli.fixture.LaneText;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.text.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two lanes, of which one has refused text that is many times as long as lanes may be ahead: that
 * text is read to its end, and training goes on.
 */
class RefusedTextAheadITCase {
  private static final int LANES = 2;
  private static final int BPTT = 8;
  private static final int REFUSED = 500_000;
  private static final int WORDS = 1_000;

  @TempDir private Path directory;

  @Test
  void refusedTextIsNotWhatALaneIsAhead() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      LaneText text = LaneText.create(broker.kafka(), LANES, BPTT);
      text.write(1, 0, 20 * BPTT + 1);
      refuse(broker);
      text.write(1, 20 * BPTT + 1, 40 * BPTT);
      text.write(0, 0, 100 * BPTT + 1);
      Path vocabulary = directory.resolve("words.txt");
      Files.write(vocabulary, Corpus.humanNumbers().tokenizer().toBytes());
      try (Command train = Command.start(directory, text.train("--vocabulary=" + vocabulary))) {
        Dashboard dashboard = Dashboard.of(train);
        train.awaitThat(() -> dashboard.number("step") == 100, "the steps of lane 0 alone");
        assertThat(dashboard.number("refused.unknown_token")).isEqualTo(REFUSED);
      }
    }
  }

  private static void refuse(TestedKafka broker) throws Exception {
    try (KafkaProducer<String, String> client =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.kafka().bootstrap(), "linger.ms", 10),
            new StringSerializer(),
            new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int record = 0; record < REFUSED / WORDS; record++) {
        sent.add(client.send(new ProducerRecord<>("text", 1, "1", "zebra ".repeat(WORDS))));
      }
      for (Future<RecordMetadata> record : sent) {
        record.get();
      }
    }
  }
}
