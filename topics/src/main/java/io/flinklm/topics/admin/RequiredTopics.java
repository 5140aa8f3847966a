package io.flinklm.topics.admin;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that a job on a cluster reads and writes. Whoever runs the Kafka there makes them,
 * with the partitions, replicas and rights that he wants; the job waits for them a while, since
 * both may be starting.
 */
public record RequiredTopics(KafkaAddress kafka) {
  private static final Logger LOG = LoggerFactory.getLogger(RequiredTopics.class);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final List<String> NAMES =
      List.of(
          TopicNames.TEXT,
          TopicNames.METRICS,
          TopicNames.DEAD_LETTERS,
          TopicNames.SCORES,
          TopicNames.PROMPTS,
          TopicNames.PREDICTIONS);

  /**
   * Returns once all are there.
   *
   * @param alerts whether the job writes alerts; else it needs no topic for them
   * @param replicas whether the job has several replicas, which tell each other of their rounds;
   *     else it needs no topic for them
   * @throws UserMistake if they are not there after a minute; the message says what is missing; or
   *     if Kafka deletes of text or of replicas what the job reads
   */
  public void await(boolean alerts, boolean replicas) throws Exception {
    List<String> names = new ArrayList<>(NAMES);
    if (alerts) {
      names.add(TopicNames.ALERTS);
    }
    if (replicas) {
      names.add(TopicNames.REPLICAS);
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Optional<UserMistake> obstacle = obstacle(names);
    while (obstacle.isPresent()) {
      if (System.nanoTime() > deadline) {
        throw obstacle.get();
      }
      LOG.info("waiting: {}", obstacle.get().getMessage());
      Thread.sleep(PAUSE.toMillis());
      obstacle = obstacle(names);
    }
    KeptTopics topics = new KeptTopics(kafka);
    topics.requireKept(replicas);
    topics.warnings().forEach(LOG::warn);
  }

  private Optional<UserMistake> obstacle(List<String> names) throws Exception {
    try {
      kafka.requireReachable();
    } catch (UserMistake e) {
      return Optional.of(e);
    }
    TopicSetup topics = new TopicSetup(kafka);
    for (String name : names) {
      if (!topics.isThere(name)) {
        return Optional.of(
            new UserMistake(
                "Kafka at "
                    + kafka
                    + " has no topic "
                    + kafka.named(name)
                    + "; the job needs the topics "
                    + names.stream().map(kafka::named).collect(Collectors.joining(", "))));
      }
    }
    return Optional.empty();
  }

  /** Offset behind the last record of a topic, by partition. */
  public Map<Integer, Long> end(String plain) throws Exception {
    return new TopicSetup(kafka).end(plain);
  }
}
