package io.flinklm.cli.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.train.HostileRecords.Hostile;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.text.Words;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile and broken records among good text, all drawn from one seed: the job trains on, and its
 * books close. A short form; {@code -Dflinklm.fuzz.records} asks for more records, {@code
 * -Dflinklm.fuzz.seconds} goes on for so long at least, and {@code -Dflinklm.fuzz.seed} draws
 * others.
 */
class FuzzITCase {
  private static final int RECORDS = Integer.getInteger("flinklm.fuzz.records", 800);
  private static final long SECONDS = Long.getLong("flinklm.fuzz.seconds", 0);
  private static final long SEED = Long.getLong("flinklm.fuzz.seed", 1);
  private static final int LANES = 4;
  private static final int IN_EPOCH = 200;
  private static final int BESIDE_GOOD_TEXT = 10;

  @TempDir private Path directory;
  private final Random random = new Random(SEED);
  private final HostileRecords text = new HostileRecords(random, LANES);
  private final HostilePrompts prompts = new HostilePrompts(random);
  private final List<String> broken = new ArrayList<>();
  private final Map<String, Integer> contents = new HashMap<>();
  private KafkaProducer<byte[], byte[]> plain;
  private KafkaProducer<byte[], byte[]> compressing;
  private int sent;
  private int asked;
  private long tokens;
  private int epoch;

  @Test
  void trainsOnAndClosesItsBooks() throws Exception {
    Files.writeString(directory.resolve("tokens.txt"), "a\nb\nc\nd\ne\n");
    try (TestedKafka kafka = TestedKafka.start(directory.resolve("kafka"))) {
      new TopicSetup(kafka.kafka()).createAll(3, Map.of());
      try (FuzzedTopics topics = new FuzzedTopics(kafka.kafka(), contents)) {
        trainAmongHostileRecords(kafka, topics);
        requireBooksOfAnotherTraining(kafka, topics);
      }
    }
  }

  private void trainAmongHostileRecords(TestedKafka kafka, FuzzedTopics topics) throws Exception {
    try (Command train = train(kafka, "out", "--scores", "--checkpoint-interval=1");
        KafkaProducer<byte[], byte[]> one = producer(kafka, "none");
        KafkaProducer<byte[], byte[]> other = producer(kafka, "gzip")) {
      plain = one;
      compressing = other;
      train.awaitLine("Dashboard ");
      long start = System.nanoTime();
      do {
        sendEpoch();
        awaitDealtWith(train, topics);
      } while (sent < RECORDS || System.nanoTime() - start < TimeUnit.SECONDS.toNanos(SECONDS));
      train.signal("INT");
      assertThat(train.await().code()).isZero();
      String said = Files.readString(train.out()) + Files.readString(train.err());
      assertThat(said).contains("Stopped; the last checkpoint is kept.").doesNotContain("failed");
    }
    topics.followToTheEnd();
    assertThat(topics.promptsDealtWith()).isEqualTo(asked);
    assertThat(topics.answers()).isPositive();
    assertThat(topics.letters()).containsAll(broken);
    assertThat(topics.letters(1)).as("letters of one training").isEqualTo(topics.letters());
  }

  private void sendEpoch() throws Exception {
    int position = 0;
    for (int i = 0; i < IN_EPOCH; i++) {
      if (i % BESIDE_GOOD_TEXT == 0) {
        sendGoodText(position);
        position += 5;
      }
      sendHostile();
    }
    epoch++;
    sendGoodText(0);
    sendGoodText(5);
  }

  private void sendGoodText(int position) throws Exception {
    for (int lane = 0; lane < LANES; lane++) {
      var record = new ProducerRecord<>(TopicNames.TEXT, bytes("" + lane), bytes("a b c d e"));
      record.headers().add("epoch", bytes("" + epoch)).add("position", bytes("" + position));
      sendText(new Hostile(record, false, false));
    }
  }

  private void sendHostile() throws Exception {
    sent++;
    if (random.nextInt(3) > 0) {
      sendText(text.next(epoch));
    } else if (send(prompts.next(), plain) != null) {
      asked++;
    }
  }

  private void sendText(Hostile hostile) throws Exception {
    ProducerRecord<byte[], byte[]> record = hostile.record();
    RecordMetadata at = send(record, hostile.isCompressed() ? compressing : plain);
    if (at != null) {
      String place = at.partition() + "/" + at.offset();
      contents.put(place, FuzzedTopics.content(record.key(), record.value()));
      tokens += record.value() == null ? 0 : Words.count(record.value());
      if (hostile.isBroken()) {
        broken.add(place);
      }
    }
  }

  /** Where Kafka keeps a record; null where it does not take it. */
  private static RecordMetadata send(
      ProducerRecord<byte[], byte[]> record, KafkaProducer<byte[], byte[]> producer)
      throws Exception {
    try {
      return producer.send(record).get();
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(RecordTooLargeException.class);
      return null;
    }
  }

  private void awaitDealtWith(Command train, FuzzedTopics topics) throws Exception {
    train.awaitThat(
        () -> {
          topics.follow();
          return topics.epoch() == epoch && topics.promptsDealtWith() >= asked;
        },
        "a step of epoch " + epoch + " and " + asked + " prompts dealt with");
  }

  /** Another training on the same text, which has an end now: every token is in its books. */
  private void requireBooksOfAnotherTraining(TestedKafka kafka, FuzzedTopics topics)
      throws Exception {
    ObjectNode results;
    try (Command train = train(kafka, "other", "--bounded", "--json")) {
      results = train.await().results();
    }
    assertThat(results.get("tokens_produced").asLong()).isEqualTo(tokens);
    assertThat(results.get("tokens_waiting").asLong()).isZero();
    assertThat(results.get("tokens_trained").asLong()).isPositive();
    topics.followToTheEnd();
    assertThat(topics.letters(2)).as("letters of two trainings").isEqualTo(topics.letters());
  }

  private Command train(TestedKafka kafka, String out, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("train", "--bootstrap=" + kafka.address()));
    arguments.addAll(List.of("--vocabulary=tokens.txt", "--lanes=" + LANES, "--bptt=4"));
    arguments.addAll(List.of("--hidden=8", "--publish-every=5", "--port=0", "--out=" + out));
    arguments.addAll(List.of(more));
    return Command.start(directory, arguments.toArray(String[]::new));
  }

  private static KafkaProducer<byte[], byte[]> producer(TestedKafka kafka, String compression) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            kafka.address(),
            "compression.type",
            compression,
            "max.request.size",
            64 << 20,
            "buffer.memory",
            128 << 20);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
