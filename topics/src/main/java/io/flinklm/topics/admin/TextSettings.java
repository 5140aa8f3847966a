package io.flinklm.topics.admin;

import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
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
 * What Kafka does to the records of the topic text: which it deletes, and what time it gives them.
 *
 * @param topic its name, and where it is
 * @param config of the topic, the broker's defaults among it
 */
record TextSettings(String topic, Config config) {
  private static final Logger LOG = LoggerFactory.getLogger(TextSettings.class);

  // Kafka's own default: who has chosen nothing is not warned.
  private static final Duration USUAL = Duration.ofDays(7);
  private static final String LOSS =
      ", read or not: a training that is further behind, or away for longer, loses it; set ";

  /** Asks Kafka; empty where the client may not. */
  static Optional<TextSettings> of(KafkaAddress kafka) throws Exception {
    String name = kafka.named(TopicNames.TEXT);
    ConfigResource text = new ConfigResource(ConfigResource.Type.TOPIC, name);
    try (Admin admin = new TopicSetup(kafka).admin()) {
      Config config = admin.describeConfigs(List.of(text)).all().get().get(text);
      return Optional.of(new TextSettings("the topic " + name + " at " + kafka, config));
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof AuthorizationException)) {
        throw e;
      }
      LOG.warn("no right to look whether the topic {} is compacted", name, e.getCause());
      return Optional.empty();
    }
  }

  /** Why its records are no text in a row; empty where they are. */
  Optional<String> compaction() {
    String policy = value(TopicConfig.CLEANUP_POLICY_CONFIG);
    return policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)
        ? Optional.of(
            topic
                + " is compacted (cleanup.policy is "
                + policy
                + "): Kafka takes records out of the middle of it, and what is left would be"
                + " trained on as if it were contiguous; set its cleanup.policy to delete")
        : Optional.empty();
  }

  /** What a person should know of it beforehand, one line each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    long millis = Long.parseLong(value(TopicConfig.RETENTION_MS_CONFIG));
    long bytes = Long.parseLong(value(TopicConfig.RETENTION_BYTES_CONFIG));
    boolean deletes =
        value(TopicConfig.CLEANUP_POLICY_CONFIG).contains(TopicConfig.CLEANUP_POLICY_DELETE);
    if (deletes && millis >= 0 && millis < USUAL.toMillis()) {
      warnings.add(
          "Kafka deletes text of %s that is older than %s (retention.ms is %d)%sretention.ms to -1, or to longer than a training may be away"
              .formatted(topic, duration(millis), millis, LOSS));
    }
    if (deletes && bytes >= 0) {
      warnings.add(
          "Kafka keeps only the last %,d bytes of each partition of %s (retention.bytes)%sretention.bytes to -1, or to more than a training may be behind"
              .formatted(bytes, topic, LOSS));
    }
    if (value(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).equals("LogAppendTime")) {
      warnings.add(
          topic
              + " has the time at which Kafka took each record, not that of its producer"
              + " (message.timestamp.type is LogAppendTime); set it to CreateTime for the latter");
    }
    return warnings;
  }

  private String value(String name) {
    return config.get(name).value();
  }

  private static String duration(long millis) {
    return Duration.ofMillis(millis)
        .toString()
        .substring("PT".length())
        .replaceAll("(?<=[HMS])(?=\\d)", " ")
        .toLowerCase(Locale.ROOT);
  }
}
