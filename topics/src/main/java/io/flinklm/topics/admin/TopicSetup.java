package io.flinklm.topics.admin;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Makes sure that the topics of a run are there. A topic that is there stays as it is. Topics are
 * given by their plain names: what the address has as a prefix comes before them.
 */
public record TopicSetup(KafkaAddress kafka) {
  private static final short DEFAULT_REPLICATION = -1;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE = 5;
  // Nobody asks for an answer of yesterday.
  // Half a million steps or more: who follows them is never so far behind, and the run's own file
  // has those of all the time.
  private static final Map<String, String> RECENT =
      Map.of("retention.bytes", "268435456", "segment.bytes", "33554432");
  private static final Map<String, String> A_DAY = Map.of("retention.ms", "86400000");
  // Only what was told since the job last started is read, and each replica tells all its weights.
  private static final Map<String, String> AN_HOUR =
      Map.of(
          "retention.ms", "3600000", "retention.bytes", "4294967296", "segment.bytes", "67108864");

  /**
   * Creates the topics that are missing and returns when all can be written to and read.
   *
   * @param partitions of the topic text, where it is missing
   * @param text settings of the topic text, likewise, in Kafka's names
   */
  public void createAll(int partitions, Map<String, String> text) throws Exception {
    create(TopicNames.TEXT, partitions, text);
    create(TopicNames.METRICS, 1, RECENT);
    create(TopicNames.DEAD_LETTERS, 1, RECENT);
    createNewer();
  }

  /** Creates the topics of prompts, predictions and scores: a run of an older build has none. */
  public void createNewer() throws Exception {
    create(TopicNames.SCORES, 1, RECENT);
    create(TopicNames.PROMPTS, 1, A_DAY);
    create(TopicNames.PREDICTIONS, 1, A_DAY);
  }

  /** Creates the topic of alerts, which no job needs that writes none. */
  public void createAlerts() throws Exception {
    create(TopicNames.ALERTS, 1, RECENT);
  }

  /** Creates the topic of replicas, which no job needs that has one. */
  public void createReplicas() throws Exception {
    create(TopicNames.REPLICAS, 1, AN_HOUR);
  }

  /** Creates a topic if it is missing and returns when it can be written to and read. */
  public void create(String plain, int partitions, Map<String, String> config) throws Exception {
    // Where others make the topics, a client may have no right to, not even to one that is there.
    if (isThere(plain)) {
      return;
    }
    String name = kafka.named(plain);
    try (Admin admin = admin()) {
      NewTopic topic = new NewTopic(name, partitions, DEFAULT_REPLICATION).configs(config);
      try {
        admin.createTopics(List.of(topic)).all().get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AuthorizationException) {
          throw new UserMistake(
              "there is no topic "
                  + name
                  + " at "
                  + kafka
                  + ", and this client may not make it: "
                  + e.getCause().getMessage(),
              e);
        }
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
      awaitLeaders(admin, name);
    }
  }

  /** Whether a topic is there; it is not made by asking. */
  public boolean isThere(String plain) throws Exception {
    try (Admin admin = admin()) {
      return describe(admin, kafka.named(plain)) != null;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      if (e.getCause() instanceof AuthorizationException) {
        String missing = "DESCRIBE the topic " + kafka.named(plain);
        throw new UserMistake(TopicRights.inWords(kafka, List.of(missing)), e);
      }
      throw e;
    }
  }

  private static void awaitLeaders(Admin admin, String topic) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        if (describe(admin, topic).partitions().stream().allMatch(p -> p.leader() != null)) {
          return;
        }
      } catch (ExecutionException e) {
        // The controller has made the topic, the broker has not heard of it yet.
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
      Thread.sleep(PAUSE);
    }
    throw new IllegalStateException("topic " + topic + " is not ready after " + PATIENCE);
  }

  private static TopicDescription describe(Admin admin, String topic) throws Exception {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
  }

  /** Offset behind the last record of the topic text, by partition. */
  public Map<Integer, Long> textEnd() throws Exception {
    return end(TopicNames.TEXT);
  }

  /**
   * The same without what is in transactions that are open, or behind one in its partition: up to
   * there text can be read.
   */
  public Map<Integer, Long> committedTextEnd() throws Exception {
    return end(TopicNames.TEXT, IsolationLevel.READ_COMMITTED);
  }

  /** Offset behind the last record of a topic, by partition. */
  public Map<Integer, Long> end(String plain) throws Exception {
    return end(plain, IsolationLevel.READ_UNCOMMITTED);
  }

  private Map<Integer, Long> end(String plain, IsolationLevel isolation) throws Exception {
    String topic = kafka.named(plain);
    try (Admin admin = admin()) {
      int partitions = describe(admin, topic).partitions().size();
      Map<TopicPartition, OffsetSpec> latest =
          IntStream.range(0, partitions)
              .mapToObj(partition -> new TopicPartition(topic, partition))
              .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
      Map<Integer, Long> end = new TreeMap<>();
      admin
          .listOffsets(latest, new ListOffsetsOptions(isolation))
          .all()
          .get()
          .forEach((partition, info) -> end.put(partition.partition(), info.offset()));
      return end;
    }
  }

  /** A client of this Kafka. */
  Admin admin() {
    Map<String, Object> properties = new HashMap<>(kafka.client());
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    return Admin.create(properties);
  }
}
