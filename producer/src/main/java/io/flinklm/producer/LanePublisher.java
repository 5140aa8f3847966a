package io.flinklm.producer;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.LaneRecord;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes text, lane by lane, to a topic. Of each partition's records a beginning is published
 * and nothing twice, however the publication ends.
 */
public final class LanePublisher implements AutoCloseable {
  // Together they keep an unreachable Kafka from holding up a person for 30 seconds.
  private static final int REQUEST_MILLIS = 8_000;
  private static final int DELIVERY_MILLIS = 20_000;

  private final KafkaAddress kafka;
  private final String topic;
  private final Producer<byte[], byte[]> producer;
  // A consumer gets at least a whole batch of one partition before any of the next. What its lanes
  // are ahead waits for the others; and where that is more than the way to the training holds, the
  // training waits too, for one partition's batch after the other.
  private static final int BATCH_BYTES = 4 * 1024;

  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final AtomicLong acknowledged = new AtomicLong();

  /**
   * Opens a publisher. Kafka is not asked for anything yet.
   *
   * @throws UserMistake if Kafka's client refuses the address or its properties
   */
  public LanePublisher(KafkaAddress kafka, String topic) {
    this(kafka, topic, Map.of());
  }

  /**
   * Opens a publisher that waits without end for a Kafka that is away.
   *
   * @throws UserMistake if Kafka's client refuses the address or its properties
   */
  public static LanePublisher patient(KafkaAddress kafka, String topic) {
    return new LanePublisher(
        kafka,
        topic,
        Map.of(
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            Integer.MAX_VALUE,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            Long.MAX_VALUE));
  }

  private LanePublisher(KafkaAddress kafka, String topic, Map<String, Object> patience) {
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
   * Publishes records in their order and returns when all are acknowledged, or those that were
   * under way when {@link #stop} was called. A publisher publishes once.
   *
   * @param records like a {@link LanePlan}; may be endless
   * @param pace how fast
   * @param progress is told how many tokens were acknowledged so far, by a thread of Kafka's
   * @return tokens published, all acknowledged
   * @throws UserMistake if Kafka cannot be reached or refuses a record
   */
  public long publish(Iterable<LaneRecord> records, Pace pace, LongConsumer progress)
      throws InterruptedException {
    long begin = System.nanoTime();
    long published = 0;
    try {
      for (LaneRecord record : records) {
        if (ended(pace, published, begin)) {
          break;
        }
        send(record, progress);
        published += record.tokens();
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
    if (failure.get() instanceof UserMistake mistake) {
      throw mistake;
    }
    if (failure.get() != null) {
      throw kafka.failure("the topic " + topic + " takes no text", failure.get());
    }
    return published;
  }

  /** Ends the publication after the record that is being sent. May be called from any thread. */
  public void stop() {
    end.countDown();
  }

  /** Ends the publication and lets go of Kafka. */
  @Override
  public void close() {
    stop();
    producer.close(Duration.ofMillis(DELIVERY_MILLIS));
  }

  private boolean ended(Pace pace, long published, long begin) throws InterruptedException {
    long pause = pace.pause(published, System.nanoTime() - begin);
    while (pause > 0 && !end.await(pause, TimeUnit.NANOSECONDS)) {
      pause = pace.pause(published, System.nanoTime() - begin);
    }
    return end.getCount() == 0;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback is told the same.
  private void send(LaneRecord record, LongConsumer progress) {
    int tokens = record.tokens();
    producer.send(
        record.toKafka(topic),
        (metadata, error) -> {
          if (error == null) {
            progress.accept(acknowledged.addAndGet(tokens));
          } else if (failure.compareAndSet(null, reason(record, error))) {
            end.countDown();
            // At once, so that nothing goes out behind the lost record and leaves a hole.
            producer.close(Duration.ZERO);
          }
        });
  }

  private Exception reason(LaneRecord record, Exception error) {
    return error instanceof RecordTooLargeException
        ? new UserMistake(
            ("the topic %s takes no text: lane %d, %s, position %d: a record of %d tokens is too"
                    + " large, divide the longest of them by white space: %s")
                .formatted(
                    topic,
                    record.lane(),
                    record.segment(),
                    record.position(),
                    record.tokens(),
                    error.getMessage()),
            error)
        : error;
  }

  static Map<String, Object> properties(KafkaAddress kafka, Map<String, Object> patience) {
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
