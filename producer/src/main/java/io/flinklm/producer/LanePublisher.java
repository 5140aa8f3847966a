package io.flinklm.producer;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.LaneRecord;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** Publishes text, lane by lane, to a topic, as {@link TextProducer} does. */
public final class LanePublisher implements AutoCloseable {
  private final String topic;
  private final TextProducer producer;
  private final CountDownLatch end = new CountDownLatch(1);
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
    this.topic = topic;
    producer = new TextProducer(kafka, topic, patience);
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
    long[] published = {0};
    producer.publish(
        () -> {
          for (LaneRecord record : records) {
            if (ended(pace, published[0], begin)) {
              break;
            }
            send(record, progress);
            published[0] += record.tokens();
          }
        });
    return published[0];
  }

  /** Ends the publication after the record that is being sent. May be called from any thread. */
  public void stop() {
    end.countDown();
  }

  /** Ends the publication and lets go of Kafka. */
  @Override
  public void close() {
    stop();
    producer.close();
  }

  private boolean ended(Pace pace, long published, long begin) throws InterruptedException {
    long pause = pace.pause(published, System.nanoTime() - begin);
    while (pause > 0 && !end.await(pause, TimeUnit.NANOSECONDS)) {
      pause = pace.pause(published, System.nanoTime() - begin);
    }
    return end.getCount() == 0;
  }

  private void send(LaneRecord record, LongConsumer progress) {
    int tokens = record.tokens();
    producer.send(
        record.toKafka(topic),
        () -> progress.accept(acknowledged.addAndGet(tokens)),
        error -> reason(record, error),
        end::countDown);
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
}
