package io.flinklm.job.kafka;

import io.flinklm.topics.RecordFormat;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the partitions of one reader were read from before, and what Kafka says now. Kafka is asked
 * before the first record of a partition is read, and again every minute, since a topic may be
 * deleted and made anew while it is read. As long as a Kafka that is away does not answer, nobody
 * is told that anything is wrong.
 *
 * <p>The thread that reads asks; whoever takes a checkpoint gets the answers from another one.
 */
final class TextOrigins implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TextOrigins.class);
  private static final long PATIENCE_MILLIS = 100;
  private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long AFTER_FAILURE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String topic;
  private final String format;
  private final Properties client;
  private final String bootstrap;
  private final Map<Integer, TextOrigin> before = new ConcurrentHashMap<>();
  private final Set<Integer> unsure = new HashSet<>();
  private Admin admin;
  private Future<TextOrigin> asked;
  private long answered = System.nanoTime();
  private boolean failed;

  /**
   * Knows nothing yet.
   *
   * @param topic of the text
   * @param consumer properties of the consumer that reads
   * @param format of the records
   */
  TextOrigins(String topic, Properties consumer, RecordFormat format) {
    this.topic = topic;
    this.format = format.options();
    client = new Properties();
    client.putAll(consumer);
    // Two clients of one name would share their metrics.
    client.remove(CommonClientConfigs.CLIENT_ID_CONFIG);
    bootstrap = consumer.getProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
  }

  /** Where a partition was read from; null where that is not known yet. */
  TextOrigin of(int partition) {
    return before.get(partition);
  }

  /** Goes on with a partition that was read from somewhere before. */
  void goOn(int partition, TextOrigin origin) {
    before.put(partition, origin);
  }

  /** Takes note of a partition that is to be read. */
  void add(int partition) {
    unsure.add(partition);
  }

  /**
   * Whether all partitions that are to be read lie where they lay before, as far as is known.
   *
   * @throws LostTextException if they lie elsewhere
   */
  boolean areSure() {
    boolean due = (!failed && !unsure.isEmpty()) || System.nanoTime() - answered > again();
    if (asked == null && due) {
      asked = ask();
    }
    if (asked != null && (asked.isDone() || !unsure.isEmpty())) {
      answer();
    } else if (!unsure.isEmpty()) {
      // Kafka could not answer: there is nothing to read meanwhile.
      pause();
    }
    return unsure.isEmpty();
  }

  private long again() {
    return unsure.isEmpty() ? AGAIN_NANOS : AFTER_FAILURE_NANOS;
  }

  private static void pause() {
    try {
      Thread.sleep(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Future<TextOrigin> ask() {
    if (admin == null) {
      admin = Admin.create(client);
    }
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .toCompletionStage()
        .thenCombine(
            admin.describeCluster().clusterId().toCompletionStage(),
            (topics, cluster) -> {
              Uuid id = topics.get(topic).topicId();
              return new TextOrigin(
                  cluster == null ? "" : cluster,
                  id.equals(Uuid.ZERO_UUID) ? "" : id.toString(),
                  format);
            })
        .toCompletableFuture();
  }

  private void answer() {
    try {
      TextOrigin now = asked.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      asked = null;
      answered = System.nanoTime();
      before.values().forEach(origin -> origin.requireSame(now, topic, bootstrap));
      unsure.forEach(partition -> before.put(partition, now));
      unsure.clear();
      failed = false;
    } catch (TimeoutException e) {
      // It is looked for again at the next read.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      asked = null;
      answered = System.nanoTime();
      if (e.getCause() instanceof AuthorizationException refused) {
        throw missingRight(refused);
      }
      if (!(e.getCause() instanceof RetriableException)) {
        throw new IllegalStateException("Kafka does not say where text is from", e.getCause());
      }
      if (!failed) {
        LOG.warn("Kafka at {} does not say where text is from; it is asked again", bootstrap, e);
      }
      failed = true;
    }
  }

  /** What is said where Kafka does not let the text be read. */
  MissingRightException missingRight(AuthorizationException refused) {
    return new MissingRightException(topic, bootstrap, refused);
  }

  /** Asks again at the next read. */
  void doubt() {
    unsure.addAll(before.keySet());
  }

  /** What a partition has now. */
  PartitionBounds bounds(TopicPartition partition) {
    return PartitionBounds.of(partition, admin);
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
      admin = null;
      asked = null;
    }
  }
}
