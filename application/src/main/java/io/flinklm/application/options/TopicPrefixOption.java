package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import picocli.CommandLine.Option;

/**
 * What the names of a training's topics begin with, so that several trainings can share a Kafka.
 */
public final class TopicPrefixOption {
  @Option(
      names = "--topic-prefix",
      paramLabel = "PREFIX",
      description =
          "What the names of all topics and consumer groups begin with: the topics are PREFIXtext,"
              + " PREFIXmetrics and so on, so that several trainings can share one Kafka (default:"
              + " nothing).")
  private String prefix;

  /** A Kafka of which the topics with this prefix are meant. */
  public KafkaAddress on(KafkaAddress kafka) {
    return kafka.withTopicPrefix(orNothing());
  }

  /** The prefix, empty where none was given. */
  public String orNothing() {
    return prefix == null ? "" : prefix;
  }

  /**
   * Makes sure that a run goes on on its own topics.
   *
   * @param kept the prefix that it was started with
   * @throws UserMistake if another one was given
   */
  public void requireNoneBut(String kept) {
    if (prefix != null && !prefix.equals(kept)) {
      throw new UserMistake(
          "the run was started with "
              + (kept.isEmpty() ? "no --topic-prefix" : "--topic-prefix " + kept)
              + " and goes on with that; leave out --topic-prefix "
              + prefix);
    }
  }
}
