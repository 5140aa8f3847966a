package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.TextTopic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Good text with every kind of bad text in between: the good is trained on, nothing is lost. */
class DeadLettersITCase {
  private static final String EIGHT = "a b c d e a b c";

  @TempDir private Path directory;
  private final List<Sent> sent = new ArrayList<>();

  /**
   * A record of text.
   *
   * @param record as it was sent
   * @param place where Kafka keeps it
   * @param error part of what is wrong with it; null if nothing is
   */
  private record Sent(ProducerRecord<byte[], byte[]> record, RecordMetadata place, String error) {}

  /** A client that sends text to Kafka and remembers it. */
  private final class Client implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;

    Client(TestedKafka broker) {
      producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", broker.address()),
              new ByteArraySerializer(),
              new ByteArraySerializer());
    }

    void good(String key, String value, String... headers) throws Exception {
      send(null, key, value.getBytes(UTF_8), headers);
    }

    void bad(String error, String key, String value, String... headers) throws Exception {
      send(error, key, value.getBytes(UTF_8), headers);
    }

    void send(String error, String key, byte[] value, String... headers) throws Exception {
      var record = new ProducerRecord<>("text", key == null ? null : key.getBytes(UTF_8), value);
      for (String header : headers) {
        String[] parts = header.split("=", -1);
        record.headers().add(parts[0], parts[1].getBytes(UTF_8));
      }
      sent.add(new Sent(record, producer.send(record).get(), error));
    }

    @Override
    public void close() {
      producer.close();
    }
  }

  @Test
  void whatCannotBeUsedGoesToDeadLettersAndTheRunGoesOn() throws Exception {
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      TextTopic.create(broker.kafka(), "text", 3);
      TextTopic letters = TextTopic.create(broker.kafka(), "dead-letters", 1);
      sendText(broker);

      ObjectNode strict = train(broker, "strict", List.of("a", "b", "c", "d", "e"));
      assertThat(strict.get("refused"))
          .isEqualTo(
              new JsonMapper()
                  .readTree(
                      """
                      {"unknown_token": 7, "gap": 8, "repeated": 12, "late": 8, "bad_key": 12,
                       "bad_text": 4, "bad_header": 6, "beside_a_hole": 10, "tail": 17}
                      """));
      requireTokens(strict, 84, 84);
      requireLetters(received(letters, 0), sent.stream().filter(s -> s.error != null).toList());

      int before = received(letters, 0).size();
      ObjectNode lenient = train(broker, "lenient", List.of("<unk>", "a", "b", "c", "d", "e"));
      assertThat(lenient.get("refused"))
          .isEqualTo(
              new JsonMapper()
                  .readTree(
                      """
                      {"gap": 8, "repeated": 12, "late": 8, "bad_key": 12,
                       "bad_text": 4, "bad_header": 6, "beside_a_hole": 6, "tail": 17}
                      """));
      requireTokens(lenient, 95, 73);
      requireLetters(
          received(letters, before),
          sent.stream().filter(s -> s.error != null && !s.error.contains("zebra")).toList());
    }
  }

  /** Text of four lanes with windows of four; behind each lane how its tokens add up. */
  private void sendText(TestedKafka broker) throws Exception {
    try (Client client = new Client(broker)) {
      // 21 trained, 3 tail; 5 scored, 3 tail; 5 trained, 3 tail; 8 late.
      client.good("0", EIGHT, "epoch=0", "split=train", "position=0");
      client.good("0", EIGHT, "epoch=0", "split=train", "position=8");
      client.good("0", EIGHT, "epoch=0", "split=train", "position=16");
      client.good("0", EIGHT, "epoch=0", "split=valid", "position=0");
      client.good("0", EIGHT, "epoch=1", "split=train", "position=0");
      client.bad("late: lane 0", "0", EIGHT, "epoch=0", "split=train", "position=24");

      // 5 trained, 3 beside the hole; 7 unknown; 1 beside the hole, 13 trained, 2 tail.
      // With <unk>: 29 trained, 2 tail.
      client.good("1", EIGHT);
      client.bad("token 3, 'zebra', is not in the vocabulary", "1", "a b zebra d e a b");
      client.good("1", EIGHT);
      client.good("1", EIGHT);

      // 5 trained, 3 beside the hole; 8 gap; 5 trained; 8 repeated; 8 trained; 4 repeated, 4
      // trained, 3 tail.
      client.good("2", EIGHT, "position=0");
      client.bad("expected position 8, found 16", "2", EIGHT, "position=16");
      client.good("2", EIGHT, "position=24");
      client.good("2", EIGHT, "position=24");
      client.good("2", EIGHT, "position=32");
      client.good("2", EIGHT, "position=36");

      // 5 trained, 3 beside the hole; 4 bad text; 6 bad headers; 13 trained, 3 tail.
      client.good("3", EIGHT);
      client.send("not UTF-8 at byte 4", "3", new byte[] {'a', ' ', 'b', ' ', -1, ' ', 'c'});
      client.bad("header epoch must be", "3", "a b c", "epoch=one");
      client.bad("'test'", "3", "a b", "split=test");
      client.bad("header position must be", "3", "a", "position=-1");
      client.send("no value", "3", null);
      client.good("3", EIGHT);
      client.good("3", EIGHT);

      client.bad("the number of a lane, 0 to 3, in decimal; found 'x'", "x", "a b");
      client.bad("found '99'", "99", "a b c d e");
      client.bad("found '4'", "4", "a");
      client.bad("found '-1'", "-1", "a");
      client.bad("there is none", null, "a b c");
    }
  }

  private ObjectNode train(TestedKafka broker, String name, List<String> vocabulary)
      throws Exception {
    Path file = Files.write(directory.resolve(name + ".txt"), vocabulary);
    return Command.here(
            directory,
            "train",
            "--bounded",
            "--json",
            "--lanes=4",
            "--bptt=4",
            "--hidden=8",
            "--port=0",
            "--bootstrap=" + broker.address(),
            "--vocabulary=" + file,
            "--out=" + name)
        .results();
  }

  private static void requireTokens(ObjectNode results, long trained, long refused) {
    assertThat(results.get("tokens_produced").asLong()).isEqualTo(173);
    assertThat(results.get("tokens_trained").asLong()).isEqualTo(trained);
    assertThat(results.get("tokens_scored").asLong()).isEqualTo(5);
    assertThat(results.get("tokens_refused").asLong()).isEqualTo(refused);
    assertThat(results.get("tokens_waiting").asLong()).isEqualTo(0);
    assertThat(trained + 5 + refused).isEqualTo(173);
    // Windows 0 to 9 of the first epoch, window 0 of the second.
    assertThat(results.get("steps").asLong()).isEqualTo(11);
  }

  private static List<ConsumerRecord<byte[], byte[]>> received(TextTopic letters, int from) {
    List<ConsumerRecord<byte[], byte[]>> all = letters.received().get(0);
    return all.subList(from, all.size());
  }

  private static void requireLetters(
      List<ConsumerRecord<byte[], byte[]>> letters, List<Sent> refused) {
    assertThat(letters)
        .hasSameSizeAs(refused)
        .allSatisfy(
            letter -> {
              Sent origin =
                  refused.stream()
                      .filter(s -> header(letter, "partition").equals("" + s.place.partition()))
                      .filter(s -> header(letter, "offset").equals("" + s.place.offset()))
                      .findFirst()
                      .orElseThrow();
              assertThat(letter.key()).isEqualTo(origin.record.key());
              assertThat(letter.value()).isEqualTo(origin.record.value());
              List<Header> own = List.of(origin.record.headers().toArray());
              assertThat(List.of(letter.headers().toArray()).subList(0, own.size())).isEqualTo(own);
              assertThat(header(letter, "topic")).isEqualTo("text");
              assertThat(header(letter, "error")).contains(origin.error);
            })
        .doesNotHaveDuplicates()
        .extracting(letter -> header(letter, "partition") + "/" + header(letter, "offset"))
        .doesNotHaveDuplicates();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }
}
