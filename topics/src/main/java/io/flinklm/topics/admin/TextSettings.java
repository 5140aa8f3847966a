package io.flinklm.topics.admin;

import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the settings of the topic text mean for a training.
 *
 * @param settings as Kafka has them
 */
record TextSettings(TopicSettings settings) {
  // Kafka's own default: who has chosen nothing is not warned.
  private static final Duration USUAL = Duration.ofDays(7);
  private static final String LOSS =
      ", read or not: a training that is further behind, or away for longer, loses it; set ";

  /** Asks Kafka; empty where the client may not. */
  static Optional<TextSettings> of(KafkaAddress kafka) throws Exception {
    return TopicSettings.of(kafka, TopicNames.TEXT).map(TextSettings::new);
  }

  /** Why its records are no text in a row; empty where they are. */
  Optional<String> compaction() {
    return settings.isCompacted()
        ? Optional.of(
            settings.topic()
                + " is compacted (cleanup.policy is "
                + settings.policy()
                + "): Kafka takes records out of the middle of it, and what is left would be"
                + " trained on as if it were contiguous; set its cleanup.policy to delete")
        : Optional.empty();
  }

  /** What a person should know of it beforehand, one line each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    String topic = settings.topic();
    long millis = settings.retentionMillis();
    if (millis >= 0 && millis < USUAL.toMillis()) {
      warnings.add(
          "Kafka deletes text of %s that is older than %s (retention.ms is %d)%sretention.ms to -1, or to longer than a training may be away"
              .formatted(topic, settings.retention(), millis, LOSS));
    }
    long bytes = settings.retentionBytes();
    if (bytes >= 0) {
      warnings.add(
          "Kafka keeps only the last %,d bytes of each partition of %s (retention.bytes)%sretention.bytes to -1, or to more than a training may be behind"
              .formatted(bytes, topic, LOSS));
    }
    if (settings.isOfLogAppendTime()) {
      warnings.add(
          topic
              + " has the time at which Kafka took each record, not that of its producer"
              + " (message.timestamp.type is LogAppendTime); set it to CreateTime for the latter");
    }
    return warnings;
  }
}
