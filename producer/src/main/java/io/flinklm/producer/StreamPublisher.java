package io.flinklm.producer;

import io.flinklm.topics.KafkaAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

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
    AtomicReference<Exception> failure = new AtomicReference<>();
    Map<String, Object> properties = LanePublisher.properties(kafka, Map.of());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (KeyedText record : corpus.records()) {
        int partition = record.partition(partitions);
        if (passed.merge(partition, 1L, Long::sum) > published.getOrDefault(partition, 0L)) {
          send(record.toKafka(topic, partitions), producer, failure);
        }
      }
      producer.flush();
    } catch (InterruptException e) {
      throw (InterruptedException) new InterruptedException("publication").initCause(e);
    } catch (KafkaException e) {
      failure.compareAndSet(null, e);
    } catch (IllegalStateException e) {
      // A producer that was closed on failure says only that it is closed.
      if (failure.get() == null) {
        throw e;
      }
    }
    if (failure.get() != null) {
      throw kafka.failure("the topic " + topic + " takes no text", failure.get());
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback is told the same.
  private static void send(
      ProducerRecord<byte[], byte[]> record,
      KafkaProducer<byte[], byte[]> producer,
      AtomicReference<Exception> failure) {
    producer.send(
        record,
        (metadata, error) -> {
          if (error != null && failure.compareAndSet(null, error)) {
            // At once, so that nothing goes out behind the lost record and leaves a hole.
            producer.close(Duration.ZERO);
          }
        });
  }
}
