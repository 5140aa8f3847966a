package io.flinklm.topics.admin;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The topics as a training finds them, and whether it can train on what is in them. */
public record KeptTopics(KafkaAddress kafka) {
  private static final Duration SHORTEST_ROUNDS = Duration.ofMinutes(10);

  /**
   * Makes sure that the topic text keeps its records in a row. Where the client may not ask, it is
   * taken for granted.
   *
   * @throws UserMistake if Kafka takes records out of its middle
   */
  public void requireTextInARow() throws Exception {
    Optional<String> compaction = TextSettings.of(kafka).flatMap(TextSettings::compaction);
    if (compaction.isPresent()) {
      throw new UserMistake(compaction.get());
    }
  }

  /**
   * The same, and that the topic of replicas keeps its records for longer than a job that starts
   * again needs to read them. One that is not there is made right.
   *
   * @param replicas whether there are several; else there is no such topic
   * @throws UserMistake likewise, or if Kafka deletes what replicas told too early
   */
  public void requireKept(boolean replicas) throws Exception {
    requireTextInARow();
    if (replicas && new TopicSetup(kafka).isThere(TopicNames.REPLICAS)) {
      requireWholeRounds();
    }
  }

  private void requireWholeRounds() throws Exception {
    Optional<String> loss =
        TopicSettings.of(kafka, TopicNames.REPLICAS).flatMap(KeptTopics::lossOfRounds);
    if (loss.isPresent()) {
      throw new UserMistake(loss.get());
    }
  }

  private static Optional<String> lossOfRounds(TopicSettings settings) {
    if (settings.isCompacted()) {
      return Optional.of(
          "%s is compacted (cleanup.policy is %s): Kafka deletes of each replica all but what it told last, and one that reads late would wait for the rest without end; set its cleanup.policy to delete"
              .formatted(settings.topic(), settings.policy()));
    }
    long millis = settings.retentionMillis();
    return millis < 0 || millis >= SHORTEST_ROUNDS.toMillis()
        ? Optional.empty()
        : Optional.of(
            "Kafka deletes records of %s that are older than %s (retention.ms is %d), and replicas that read late would wait for them without end; set its retention.ms to -1, or to %d or more: an hour, 3600000, is usual"
                .formatted(
                    settings.topic(), settings.retention(), millis, SHORTEST_ROUNDS.toMillis()));
  }

  /** What a person should know of the topic text before he trains on it, one line each. */
  public List<String> warnings() throws Exception {
    List<String> warnings = new ArrayList<>();
    TextSettings.of(kafka).map(TextSettings::warnings).ifPresent(warnings::addAll);
    new OpenTransactions(kafka).inWords().ifPresent(warnings::add);
    return warnings;
  }

  /**
   * Makes sure that the topic text has the partitions that a training has read.
   *
   * @param before how many it had
   * @throws UserMistake if it has fewer, which only a topic that was made anew can have
   */
  public void requirePartitions(int before) throws Exception {
    int now = new TopicSetup(kafka).textEnd().size();
    if (now < before) {
      throw new UserMistake(
          "the topic %s at %s has %d partitions, and had %d when the run began: it was made anew, and the text that was not trained on yet is gone; begin a new run, with --init-from for its last model"
              .formatted(kafka.named(TopicNames.TEXT), kafka, now, before));
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
                      + kafka.naming().options().map(options -> " " + options).orElse("")));
    }
  }
}
