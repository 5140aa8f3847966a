package io.flinklm.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Dashboard;
import io.flinklm.cli.fixture.LaneText;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.text.Corpus;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts that Kafka deletes while no training is there to answer them. */
class LostPromptsITCase {
  private static final int LANES = 2;
  private static final int BPTT = 8;

  @TempDir private Path directory;

  @Test
  void promptsThatWereDeletedAreSaidAndCounted() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      LaneText text = LaneText.create(broker.kafka(), LANES, BPTT);
      Path vocabulary = directory.resolve("words.txt");
      Files.write(vocabulary, Corpus.humanNumbers().tokenizer().toBytes());
      for (int lane = 0; lane < LANES; lane++) {
        text.write(lane, 0, 10 * BPTT + 1);
      }
      try (Command train = Command.start(directory, text.train("--vocabulary=" + vocabulary))) {
        Dashboard dashboard = Dashboard.of(train);
        train.awaitThat(() -> dashboard.number("step") == 10, "step 10");
        train.signal("INT");
        assertThat(train.await().code()).isZero();
      }
      ask(broker, 5);
      deleteBefore(broker, 3);
      try (Command train = Command.start(directory, text.train("--resume"))) {
        Dashboard dashboard = Dashboard.of(train);
        train.awaitThat(
            () -> dashboard.count("Source__prompts", "promptsLost") == 3, "three lost prompts");
        TopicSetup topics = new TopicSetup(broker.kafka());
        train.awaitThat(() -> topics.end("predictions").get(0) == 2, "answers to the others");
      }
      assertThat(Files.readString(directory.resolve("out/flink-lm.log")))
          .containsOnlyOnce(
              "3 prompts are gone from Kafka before they were read, and are never answered:"
                  + " partition 0 of the topic prompts goes on at offset 3, and 0 was to be read"
                  + " next");
    }
  }

  private static void ask(TestedKafka broker, int prompts) throws Exception {
    try (KafkaProducer<String, String> client =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.kafka().bootstrap()),
            new StringSerializer(),
            new StringSerializer())) {
      for (int id = 0; id < prompts; id++) {
        String prompt = "{\"id\": \"%d\", \"text\": \"one\"}".formatted(id);
        client.send(new ProducerRecord<>("prompts", prompt)).get();
      }
    }
  }

  private static void deleteBefore(TestedKafka broker, long offset) throws Exception {
    try (Admin admin = Admin.create(broker.kafka().properties(Map.of()))) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition("prompts", 0), RecordsToDelete.beforeOffset(offset)))
          .all()
          .get();
    }
  }
}
