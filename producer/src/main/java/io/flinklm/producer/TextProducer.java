package io.flinklm.producer;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer of text. Of each partition's records a beginning is published and nothing twice,
 * however the publication ends.
 */
final class TextProducer implements AutoCloseable {
  // Together they keep an unreachable Kafka from holding up a person for 30 seconds.
  private static final int REQUEST_MILLIS = 8_000;
  private static final int DELIVERY_MILLIS = 20_000;

  // A consumer gets at least a whole batch of one partition before any of the next. What its lanes
  // are ahead waits for the others; and where that is more than the way to the training holds, the
  // training waits too, for one partition's batch after the other.
  private static final int BATCH_BYTES = 4 * 1024;

  private final KafkaAddress kafka;
  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  /** Sends records, one after the other. */
  @FunctionalInterface
  interface Records {
    void send() throws InterruptedException;
  }

  /**
   * Opens a producer. Kafka is not asked for anything yet.
   *
   * @param patience properties that say how long it waits for a Kafka that is away
   * @throws UserMistake if Kafka's client refuses the address or its properties
   */
  TextProducer(KafkaAddress kafka, String topic, Map<String, Object> patience) {
    this.kafka = kafka;
    this.topic = topic;
    try {
      producer =
          new KafkaProducer<>(
              properties(kafka, patience), new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw kafka.failure("no client of it can be made", e);
    }
  }

  /**
   * Sends records and returns when all are acknowledged.
   *
   * @throws UserMistake if Kafka cannot be reached or refuses a record
   */
  void publish(Records records) throws InterruptedException {
    try {
      records.send();
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
    if (failure.get() instanceof UserMistake mistake) {
      throw mistake;
    }
    if (failure.get() != null) {
      throw kafka.failure("the topic " + topic + " takes no text", failure.get());
    }
  }

  /** Sends a record. */
  void send(ProducerRecord<byte[], byte[]> record) {
    send(record, () -> {}, error -> error, () -> {});
  }

  /**
   * Sends a record. What follows is called by a thread of Kafka's.
   *
   * @param acknowledged is told that Kafka has it
   * @param reason what is said of the first failure
   * @param failed is told of that
   */
  @SuppressWarnings("FutureReturnValueIgnored") // The callback is told the same.
  void send(
      ProducerRecord<byte[], byte[]> record,
      Runnable acknowledged,
      UnaryOperator<Exception> reason,
      Runnable failed) {
    producer.send(
        record,
        (metadata, error) -> {
          if (error == null) {
            acknowledged.run();
          } else if (failure.compareAndSet(null, reason.apply(error))) {
            failed.run();
            // At once, so that nothing goes out behind the lost record and leaves a hole.
            producer.close(Duration.ZERO);
          }
        });
  }

  @Override
  public void close() {
    producer.close(Duration.ofMillis(DELIVERY_MILLIS));
  }

  private static Map<String, Object> properties(KafkaAddress kafka, Map<String, Object> patience) {
    Map<String, Object> properties =
        kafka.properties(
            Map.of(
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.LINGER_MS_CONFIG,
                10,
                ProducerConfig.BATCH_SIZE_CONFIG,
                BATCH_BYTES,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                REQUEST_MILLIS,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                DELIVERY_MILLIS,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                DELIVERY_MILLIS));
    // Not for a person to change: without them records are lost, doubled or out of order. One
    // request at a time, because a broker takes whichever batch of a new producer comes first: if
    // it turns the first away for a moment (its partition has no leader yet), it would take the
    // next one, and then the first never again.
    properties.putAll(patience);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    return properties;
  }
}
