package io.flinklm.producer;

import io.flinklm.topics.KafkaAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Publishes the records of streams to a topic, with their keys and times. Of each partition's
 * records a beginning is published and nothing twice, however the publication ends.
 *
 * @param kafka where the topic is
 * @param topic its name
 */
public record StreamPublisher(KafkaAddress kafka, String topic) {

  /**
   * Publishes records and returns when all are acknowledged.
   *
   * @param partitions of the topic
   * @param published how many records each partition has got already
   * @throws io.flinklm.UserMistake if Kafka cannot be reached or refuses a record
   */
  public void publish(StreamCorpus corpus, int partitions, Map<Integer, Long> published)
      throws InterruptedException {
    Map<Integer, Long> passed = new HashMap<>();
    try (TextProducer producer = new TextProducer(kafka, topic, Map.of())) {
      producer.publish(
          () -> {
            for (KeyedText record : corpus.records()) {
              int partition = record.partition(partitions);
              if (passed.merge(partition, 1L, Long::sum) > published.getOrDefault(partition, 0L)) {
                producer.send(
                    record.toKafka(topic, partitions), () -> {}, error -> error, () -> {});
              }
            }
          });
    }
  }
}
