package io.flinklm.topics.admin;

import io.flinklm.topics.KafkaAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka does to the records of a topic: which it deletes, and what time it gives them.
 *
 * @param topic its name, and where it is
 * @param config of the topic, the broker's defaults among it
 */
record TopicSettings(String topic, Config config) {
  private static final Logger LOG = LoggerFactory.getLogger(TopicSettings.class);

  /**
   * Asks Kafka; empty where the client may not.
   *
   * @param plain the topic's name of {@link io.flinklm.topics.TopicNames}
   */
  static Optional<TopicSettings> of(KafkaAddress kafka, String plain) throws Exception {
    String name = kafka.named(plain);
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    try (Admin admin = new TopicSetup(kafka).admin()) {
      Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
      return Optional.of(new TopicSettings("the topic " + name + " at " + kafka, config));
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof AuthorizationException)) {
        throw e;
      }
      LOG.warn("no right to look whether Kafka keeps the topic {} as it is", name, e.getCause());
      return Optional.empty();
    }
  }

  /** What Kafka does to old records, in its words. */
  String policy() {
    return value(TopicConfig.CLEANUP_POLICY_CONFIG);
  }

  /** Whether records are deleted that a later one of the same key follows. */
  boolean isCompacted() {
    return policy().contains(TopicConfig.CLEANUP_POLICY_COMPACT);
  }

  /** How old a record may become before it is deleted; -1 for any age. */
  long retentionMillis() {
    return policy().contains(TopicConfig.CLEANUP_POLICY_DELETE)
        ? Long.parseLong(value(TopicConfig.RETENTION_MS_CONFIG))
        : -1;
  }

  /** The same for a person. */
  String retention() {
    return Duration.ofMillis(retentionMillis())
        .toString()
        .substring("PT".length())
        .replaceAll("(?<=[HMS])(?=\\d)", " ")
        .toLowerCase(Locale.ROOT);
  }

  /** How many bytes of a partition are kept; -1 for all. */
  long retentionBytes() {
    return policy().contains(TopicConfig.CLEANUP_POLICY_DELETE)
        ? Long.parseLong(value(TopicConfig.RETENTION_BYTES_CONFIG))
        : -1;
  }

  /** Whether a record has the time at which Kafka took it, not that of its producer. */
  boolean isOfLogAppendTime() {
    return value(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).equals("LogAppendTime");
  }

  private String value(String name) {
    return config.get(name).value();
  }
}
