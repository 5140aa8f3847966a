package io.flinklm.bench.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.text.Corpus;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Text of many streams without end, on a thread of its own: a record of each stream, in an order
 * without a pattern, and then again. A record is what a chunk needs: a stream's first one has a
 * word more, since a chunk's last word is the next one's first. A millisecond lies between two. It
 * stays a bounded number of tokens ahead of the training.
 */
final class StreamLoad implements AutoCloseable {
  /** Most tokens ahead of the training. */
  static final long LEAD = 2_000_000;

  // Prime, and no divisor of what anyone asks for: all streams come in turn.
  private static final long STRIDE = 48_611;
  private static final long FIRST_TIME = 1_700_000_000_000L;
  private static final long PAUSE_NANOS = 2_000_000;

  private final KafkaAddress kafka;
  private final int streams;
  private final int bptt;
  private final Corpus corpus = Corpus.humanNumbers();
  private final AtomicLong trained = new AtomicLong();
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::publish, "streams");
  private volatile boolean closed;
  private volatile boolean resting = true;
  private volatile boolean ahead;

  /**
   * A load that rests.
   *
   * @param streams how many
   * @param bptt words of a record
   */
  StreamLoad(KafkaAddress kafka, int streams, int bptt) {
    this.kafka = kafka;
    this.streams = streams;
    this.bptt = bptt;
    thread.start();
  }

  /** Goes on behind what the training has taken. */
  void goOn() {
    ahead = false;
    resting = false;
  }

  /** Rests. */
  void rest() {
    resting = true;
  }

  /** Learns how many tokens have been trained on. */
  void trained(long tokens) {
    trained.set(tokens);
  }

  /** Whether it has been as far ahead as it may since it went on. */
  boolean isAhead() {
    if (failure.get() != null) {
      throw new IllegalStateException("the load failed", failure.get());
    }
    return ahead;
  }

  private void publish() {
    String topic = kafka.named(TopicNames.TEXT);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.properties(
                Map.of(
                    ProducerConfig.COMPRESSION_TYPE_CONFIG,
                    "lz4",
                    ProducerConfig.LINGER_MS_CONFIG,
                    10,
                    ProducerConfig.ACKS_CONFIG,
                    "all",
                    // Of a topic that is new the first batch can be turned away, and would never
                    // come behind the next one.
                    ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                    1)),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (long record = 0; !closed; ) {
        if (resting || record * bptt > trained.get() + LEAD) {
          ahead |= !resting;
          LockSupport.parkNanos(PAUSE_NANOS);
        } else {
          send(record, topic, producer);
          record++;
        }
      }
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback is told the same.
  private void send(long record, String topic, KafkaProducer<byte[], byte[]> producer) {
    String stream = "host-" + Math.floorMod(record * STRIDE, (long) streams);
    int words = record < streams ? bptt + 1 : bptt;
    int start = (int) Math.floorMod(record * STRIDE, (long) (corpus.size() - words));
    producer.send(
        new ProducerRecord<>(
            topic,
            null,
            FIRST_TIME + record,
            stream.getBytes(UTF_8),
            corpus.text(start, start + words).getBytes(UTF_8)),
        (metadata, error) -> {
          if (error != null) {
            failure.set(error);
          }
        });
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
