package io.flinklm.application.options;

import static io.flinklm.topics.TopicNaming.option;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNames;
import io.flinklm.topics.TopicNaming;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Option;

/** What a training's topics are called, so that several trainings can share a Kafka. */
public final class TopicOptions {
  private static final String PREFIX = "--topic-prefix";

  @Option(
      names = PREFIX,
      paramLabel = "PREFIX",
      description =
          "What the names of all topics and consumer groups begin with: the topics are PREFIXtext,"
              + " PREFIXmetrics and so on, so that several trainings can share one Kafka (default:"
              + " nothing).")
  private String prefix;

  @Option(
      names = "--text-topic",
      paramLabel = "TOPIC",
      description = "The topic of text, whatever the prefix (default: PREFIXtext).")
  private String text;

  @Option(
      names = "--metrics-topic",
      paramLabel = "TOPIC",
      description = "The topic of reports, likewise; so are the next six.")
  private String metrics;

  @Option(
      names = "--dead-letters-topic",
      paramLabel = "TOPIC",
      description = "The topic of records that cannot be used.")
  private String deadLetters;

  @Option(names = "--scores-topic", paramLabel = "TOPIC", description = "The topic of scores.")
  private String scores;

  @Option(names = "--alerts-topic", paramLabel = "TOPIC", description = "The topic of alerts.")
  private String alerts;

  @Option(names = "--prompts-topic", paramLabel = "TOPIC", description = "The topic of prompts.")
  private String prompts;

  @Option(
      names = "--predictions-topic",
      paramLabel = "TOPIC",
      description = "The topic of predictions.")
  private String predictions;

  @Option(
      names = "--replicas-topic",
      paramLabel = "TOPIC",
      description = "The topic in which replicas tell each other of their rounds.")
  private String replicas;

  /** A Kafka of which the topics with these names are meant. */
  public KafkaAddress on(KafkaAddress kafka) {
    return kafka.named(naming());
  }

  /**
   * The names.
   *
   * @throws UserMistake if no topics can have them
   */
  public TopicNaming naming() {
    return new TopicNaming(prefix == null ? "" : prefix, names(), null);
  }

  private Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    names.put(TopicNames.TEXT, text);
    names.put(TopicNames.METRICS, metrics);
    names.put(TopicNames.DEAD_LETTERS, deadLetters);
    names.put(TopicNames.SCORES, scores);
    names.put(TopicNames.ALERTS, alerts);
    names.put(TopicNames.PROMPTS, prompts);
    names.put(TopicNames.PREDICTIONS, predictions);
    names.put(TopicNames.REPLICAS, replicas);
    names.values().removeIf(Objects::isNull);
    return names;
  }

  /**
   * Makes sure that a run goes on on its own topics.
   *
   * @param kept the names that it was started with
   * @throws UserMistake if others were given
   */
  public void requireNoneBut(TopicNaming kept) {
    if (prefix != null && !prefix.equals(kept.prefix())) {
      throw new UserMistake(
          "the run was started with "
              + (kept.prefix().isEmpty() ? "no " + PREFIX : PREFIX + " " + kept.prefix())
              + " and goes on with that; leave out "
              + PREFIX
              + " "
              + prefix);
    }
    names()
        .forEach(
            (plain, name) -> {
              if (!name.equals(kept.topic(plain))) {
                throw new UserMistake(
                    "the run was started with the topic "
                        + kept.topic(plain)
                        + " and goes on with that; leave out "
                        + option(plain)
                        + " "
                        + name);
              }
            });
  }
}
