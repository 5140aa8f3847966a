package io.flinklm.topics.admin;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics as a training finds them, and whether it can train on what is in them. */
public record KeptTopics(KafkaAddress kafka) {
  private static final Logger LOG = LoggerFactory.getLogger(KeptTopics.class);

  /**
   * Makes sure that the topic text keeps its records in a row. Where the client may not ask, it is
   * taken for granted.
   *
   * @throws UserMistake if Kafka takes records out of its middle
   */
  public void requireTextInARow() throws Exception {
    ConfigResource text =
        new ConfigResource(ConfigResource.Type.TOPIC, kafka.named(TopicNames.TEXT));
    try (Admin admin = new TopicSetup(kafka).admin()) {
      String policy =
          admin
              .describeConfigs(List.of(text))
              .all()
              .get()
              .get(text)
              .get(TopicConfig.CLEANUP_POLICY_CONFIG)
              .value();
      if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
        throw new UserMistake(
            "the topic "
                + text.name()
                + " at "
                + kafka
                + " is compacted (cleanup.policy is "
                + policy
                + "): Kafka takes records out of the middle of it, and what is left would be"
                + " trained on as if it were contiguous; set its cleanup.policy to delete");
      }
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof AuthorizationException)) {
        throw e;
      }
      LOG.warn("no right to look whether the topic {} is compacted", text.name(), e.getCause());
    }
  }

  /**
   * Makes sure that the topics are there that a run goes on with.
   *
   * @throws UserMistake if some are not; the message names all of them
   */
  public void requireAll() throws Exception {
    TopicSetup topics = new TopicSetup(kafka);
    List<String> missing = new ArrayList<>();
    for (String plain : List.of(TopicNames.TEXT, TopicNames.METRICS, TopicNames.DEAD_LETTERS)) {
      if (!topics.isThere(plain)) {
        missing.add(kafka.named(plain));
      }
    }
    if (!missing.isEmpty()) {
      boolean ofText = missing.contains(kafka.named(TopicNames.TEXT));
      throw new UserMistake(
          "Kafka at "
              + kafka
              + " no longer has all topics of the run: "
              + String.join(", ", missing)
              + (missing.size() == 1 ? " is missing; " : " are missing; ")
              + (ofText
                  ? "with its text gone, begin a new run, with --init-from for its last model"
                  : "make them with: ./flink-lm topics --bootstrap "
                      + kafka
                      + (kafka.topicPrefix().isEmpty()
                          ? ""
                          : " --topic-prefix " + kafka.topicPrefix())));
    }
  }
}
