package io.flinklm.producer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.text.TokenizerKind;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.LaneKey;
import io.flinklm.topics.LaneRecord;
import io.flinklm.topics.admin.TopicSetup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A topic of text on a Kafka under test. */
public record TextTopic(KafkaAddress kafka, String name, int partitions) {

  public static TextTopic create(KafkaAddress kafka, String name, int partitions) throws Exception {
    new TopicSetup(kafka).create(name, partitions, Map.of());
    return new TextTopic(kafka, name, partitions);
  }

  public long publish(Iterable<LaneRecord> records) throws InterruptedException {
    try (LanePublisher publisher = new LanePublisher(kafka, name)) {
      return publisher.publish(records, Pace.unlimited(), tokens -> {});
    }
  }

  PublishedProgress progress(int laneCount) {
    return PublishedProgress.read(kafka, name, laneCount, Map.of(), TokenizerKind.WORDS);
  }

  /** Puts a record into every partition as another client might. */
  public void sendToEach(String key, String value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int partition = 0; partition < partitions; partition++) {
        producer
            .send(new ProducerRecord<>(name, partition, key.getBytes(UTF_8), value.getBytes(UTF_8)))
            .get();
      }
    }
  }

  /** All of it as received, by partition and in order. */
  public Map<Integer, List<ConsumerRecord<byte[], byte[]>>> received() {
    Map<Integer, List<ConsumerRecord<byte[], byte[]>>> received = new TreeMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrap(),
                "auto.offset.reset",
                "earliest",
                "fetch.max.wait.ms",
                10),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      for (int partition = 0; partition < partitions; partition++) {
        TopicPartition one = new TopicPartition(name, partition);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        consumer.assign(List.of(one));
        long end = consumer.endOffsets(List.of(one)).get(one);
        while (consumer.position(one) < end) {
          consumer.poll(Duration.ofMillis(20)).forEach(records::add);
        }
        received.put(partition, records);
      }
    }
    return received;
  }

  /** The first record of a topic, as soon as it is there. */
  public static ConsumerRecord<byte[], byte[]> awaitFirst(
      KafkaAddress kafka, String topic, Duration patience) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrap(), "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      return consumer.poll(patience).iterator().next();
    }
  }

  /** The records that are text of a lane, by partition and in order. */
  Map<Integer, List<LaneRecord>> records() {
    Map<Integer, List<LaneRecord>> records = new TreeMap<>();
    received()
        .forEach(
            (partition, received) ->
                records.put(
                    partition,
                    received.stream()
                        .map(record -> LaneRecord.ofKafka(record, TokenizerKind.WORDS))
                        .flatMap(Optional::stream)
                        .toList()));
    return records;
  }

  /** What {@link #records} shows once a plan is published. */
  Map<Integer, List<LaneRecord>> expected(LanePlan plan) {
    Map<Integer, List<LaneRecord>> expected = new TreeMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      expected.put(partition, new ArrayList<>());
    }
    plan.forEach(record -> expected.get(LaneKey.partition(record.lane(), partitions)).add(record));
    return expected;
  }
}
