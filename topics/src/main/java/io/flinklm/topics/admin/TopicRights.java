package io.flinklm.topics.admin;

import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The rights on topics that a training needs. Kafka says of each topic what a client may do with
 * it, so what is missing is named before anything fails for it.
 *
 * @param kafka as the client reaches it
 * @param needed operations by plain name of the topic
 */
public record TopicRights(KafkaAddress kafka, Map<String, Set<AclOperation>> needed) {

  /** Those of a job. */
  public static TopicRights ofJob(KafkaAddress kafka, boolean scores) {
    Map<String, Set<AclOperation>> needed = new LinkedHashMap<>();
    needed.put(TopicNames.TEXT, Set.of(READ));
    needed.put(TopicNames.METRICS, Set.of(WRITE));
    needed.put(TopicNames.DEAD_LETTERS, Set.of(WRITE));
    needed.put(TopicNames.PROMPTS, Set.of(READ));
    needed.put(TopicNames.PREDICTIONS, Set.of(WRITE));
    if (scores) {
      needed.put(TopicNames.SCORES, Set.of(WRITE));
    }
    return new TopicRights(kafka, needed);
  }

  /**
   * Those of a job and of whoever follows its reports.
   *
   * @param publishes whether text is written too
   */
  public static TopicRights ofRun(KafkaAddress kafka, boolean scores, boolean publishes) {
    Map<String, Set<AclOperation>> needed = new LinkedHashMap<>(ofJob(kafka, scores).needed);
    needed.put(TopicNames.TEXT, publishes ? Set.of(READ, WRITE) : Set.of(READ));
    needed.put(TopicNames.METRICS, Set.of(READ, WRITE));
    return new TopicRights(kafka, needed);
  }

  /** The same of a job that writes alerts, where it does. */
  public TopicRights withAlerts(boolean wanted) {
    return wanted ? with(TopicNames.ALERTS, WRITE) : this;
  }

  /** The same of a job of several replicas, where it has them: they tell and hear each other. */
  public TopicRights withReplicas(boolean wanted) {
    return wanted ? with(TopicNames.REPLICAS, READ, WRITE) : this;
  }

  private TopicRights with(String topic, AclOperation... operations) {
    Map<String, Set<AclOperation>> more = new LinkedHashMap<>(needed);
    more.put(topic, Set.of(operations));
    return new TopicRights(kafka, more);
  }

  /**
   * Makes sure that the client has them.
   *
   * @throws UserMistake if some are missing; the message names operations and topics
   */
  public void requireAll() throws Exception {
    Optional<String> missing = missing();
    if (missing.isPresent()) {
      throw new UserMistake(missing.get());
    }
  }

  /** Which are missing, as a clause; empty where none is. */
  public Optional<String> missing() throws Exception {
    List<String> missing = new ArrayList<>();
    try (Admin admin = new TopicSetup(kafka).admin()) {
      for (Map.Entry<String, Set<AclOperation>> topic : needed.entrySet()) {
        String name = kafka.named(topic.getKey());
        Set<AclOperation> lacking = new TreeSet<>(topic.getValue());
        lacking.removeAll(granted(admin, name, topic.getValue()));
        lacking.forEach(operation -> missing.add(operation + " the topic " + name));
      }
    }
    return missing.isEmpty() ? Optional.empty() : Optional.of(inWords(kafka, missing));
  }

  /** What Kafka does not let a client do, in words. */
  static String inWords(KafkaAddress kafka, List<String> missing) {
    return "Kafka at "
        + kafka
        + " does not let this client "
        + String.join(", ", missing)
        + ": give its principal "
        + (missing.size() == 1 ? "that right" : "these rights");
  }

  // Of a topic that is not there, and from a broker that does not tell, nothing is known.
  private static Set<AclOperation> granted(Admin admin, String topic, Set<AclOperation> unknown)
      throws Exception {
    try {
      Set<AclOperation> granted =
          admin
              .describeTopics(
                  List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
              .topicNameValues()
              .get(topic)
              .get()
              .authorizedOperations();
      return granted == null ? unknown : granted;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return Set.of();
      }
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return unknown;
      }
      throw e;
    }
  }
}
