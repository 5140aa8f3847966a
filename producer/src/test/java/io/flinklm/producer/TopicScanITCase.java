package io.flinklm.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.lane.Windows;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.TopicSetup;
import io.flinklm.topics.client.TopicScan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training makes of a topic with text that it will refuse. Two lanes. */
class TopicScanITCase {
  private static final Windows WINDOWS = new Windows(2, true);

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

  /** A topic of one partition. */
  private static final class Written implements AutoCloseable {
    private final KafkaAddress kafka;
    private final KafkaProducer<byte[], byte[]> producer;

    Written(String prefix) throws Exception {
      kafka = broker.kafka().withTopicPrefix(prefix);
      new TopicSetup(kafka).create("text", 1, Map.of());
      producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", kafka.bootstrap()),
              new ByteArraySerializer(),
              new ByteArraySerializer());
    }

    /** Sends a record; its headers are names and values in turn. */
    void send(String key, byte[] value, String... headers) throws Exception {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(kafka.named("text"), 0, key.getBytes(UTF_8), value);
      for (int i = 0; i < headers.length; i += 2) {
        record.headers().add(headers[i], headers[i + 1].getBytes(UTF_8));
      }
      producer.send(record).get();
    }

    void send(String key, String value, String... headers) throws Exception {
      send(key, value.getBytes(UTF_8), headers);
    }

    TopicScan scan() {
      return TopicScan.of(kafka, 2, TokenizerChoice.WORDS);
    }

    @Override
    public void close() {
      producer.close();
    }
  }

  private static List<String> words(TopicScan scan) {
    return new String(scan.tokenizer().toBytes(), UTF_8).lines().toList();
  }

  @Test
  void textThatTrainingRefusesIsInNoVocabulary() throws Exception {
    try (Written topic = new Written("refused-")) {
      topic.send("0", "\ufeffone two three");
      topic.send("1", "three four five", "epoch", "0", "split", "train", "position", "0");
      topic.send("0", new byte[] {'l', (byte) 0xe9, 'v', 'e'});
      topic.send("0", "n\0u\0l\0");
      topic.send("0", "position", "position", "x");
      topic.send("0", "signed", "epoch", "+0");
      topic.send("0", "arabic", "epoch", "\u0660");
      topic.send("0", "split", "split", "test");
      topic.send("2", "key");
      topic.send("01", "form");

      TopicScan scan = topic.scan();

      assertThat(words(scan)).containsExactly("one", "two", "three", "four", "five");
      assertThat(scan.steps(WINDOWS)).as("one window of each lane").isEqualTo(1);
      assertThat(scan.tokens()).as("whatever a record holds").isEqualTo(14);
    }
  }

  @Test
  void anEpochFarAheadCountsOnceASecondRecordGoesOnInIt() throws Exception {
    try (Written topic = new Written("far-")) {
      topic.send("0", "one two three");
      topic.send("0", "far away from there", "epoch", "7");
      topic.send("1", "one two three");

      TopicScan doubted = topic.scan();
      assertThat(doubted.epochs()).isEqualTo(1);
      assertThat(doubted.steps(WINDOWS)).isEqualTo(1);
      assertThat(words(doubted)).containsExactly("one", "two", "three");

      topic.send("0", "and on it goes", "epoch", "7");

      TopicScan believed = topic.scan();
      assertThat(believed.epochs()).isEqualTo(8);
      assertThat(believed.steps(WINDOWS)).as("without the refused record").isEqualTo(2);
    }
  }

  @Test
  void theLastEpochThereCanBeIsCounted() throws Exception {
    String last = Integer.toString(Integer.MAX_VALUE);
    try (Written topic = new Written("last-")) {
      topic.send("0", "one two three", "epoch", last);
      topic.send("0", "four five six", "epoch", last);

      assertThat(topic.scan().epochs()).isEqualTo(Integer.MAX_VALUE);
    }
  }
}
