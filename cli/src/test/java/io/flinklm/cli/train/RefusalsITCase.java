package io.flinklm.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.cli.fixture.LaneText;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.text.Corpus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text that is good at first, then keys that are no lanes: nothing is trained, and it is said. */
class RefusalsITCase {
  private static final int LANES = 2;
  private static final int BPTT = 8;

  @TempDir private Path directory;
  private TestedKafka broker;

  @Test
  void refusedTextShowsAndTheCommonestReasonIsSaidOnce() throws Exception {
    try (TestedKafka started = TestedKafka.start(directory.resolve("kafka"))) {
      broker = started;
      LaneText text = LaneText.create(broker.kafka(), LANES, BPTT);
      Path vocabulary = directory.resolve("words.txt");
      Files.write(vocabulary, Corpus.humanNumbers().tokenizer().toBytes());
      try (Command train = Command.start(directory, text.train("--vocabulary=" + vocabulary))) {
        Dashboard dashboard = Dashboard.of(train);
        for (int lane = 0; lane < LANES; lane++) {
          text.write(lane, 0, 5 * BPTT + 1);
        }
        train.awaitThat(() -> dashboard.number("step") == 5, "step 5");
        assertThat(dashboard.number("tokensRefused")).isZero();

        send(30, "host-7", "one two three");
        send(5, "0", "zebra");
        assertThat(train.awaitLine("Most of the text that comes is refused: "))
            .matches(
                "of the last [0-9]+ refused tokens [0-9]+ as bad_key: the key of a record must be"
                    + " the number of a lane, from 0 to one less than --lanes, in decimal");
        train.awaitThat(() -> dashboard.number("tokensRefused") == 95, "all that was refused");
        assertThat(dashboard.number("refused.bad_key")).isEqualTo(90);
        assertThat(dashboard.number("refused.unknown_token")).isEqualTo(5);
        send(30, "host-8", "one two three");
        train.awaitThat(() -> out(train).contains("185 refused"), "the line of progress");
        send(30, "host-9", "one two three");
        train.awaitThat(() -> dashboard.number("tokensRefused") == 275, "what came last");
        assertThat(dashboard.number("step")).isEqualTo(5);
        train.signal("INT");
        assertThat(train.await().out()).containsOnlyOnce("Most of the text that comes is refused");
      }
    }
  }

  private static String out(Command train) throws Exception {
    return Files.readString(train.out());
  }

  private void send(int times, String key, String value) throws Exception {
    try (KafkaProducer<String, String> client =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.kafka().bootstrap()),
            new StringSerializer(),
            new StringSerializer())) {
      for (int i = 0; i < times; i++) {
        client.send(new ProducerRecord<>("text", key, value)).get();
      }
    }
  }
}
