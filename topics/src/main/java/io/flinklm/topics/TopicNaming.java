package io.flinklm.topics;

import io.flinklm.Quotation;
import io.flinklm.UserMistake;
import java.io.Serializable;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the topics and consumer groups of one training are called, so that several trainings can
 * share a Kafka. A topic that is not named has its plain name of {@link TopicNames} behind the
 * prefix.
 *
 * @param prefix of topics and groups that are not named; empty for none
 * @param names the whole names of topics, by their plain ones
 * @param group consumer group of the text; null for one that is not named
 */
public record TopicNaming(String prefix, Map<String, String> names, String group)
    implements Serializable {
  private static final List<String> TOPICS =
      List.of(
          TopicNames.TEXT,
          TopicNames.METRICS,
          TopicNames.DEAD_LETTERS,
          TopicNames.SCORES,
          TopicNames.ALERTS,
          TopicNames.PROMPTS,
          TopicNames.PREDICTIONS,
          TopicNames.REPLICAS);
  private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9._-]{0,200}");
  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");
  private static final String READERS = "flink-lm";
  private static final String TRAININGS = "flink-lm-trainings";

  /** Plain names. */
  public static final TopicNaming PLAIN = of("");

  /**
   * Takes names.
   *
   * @throws UserMistake if no topic can have one of them, or two topics have the same
   */
  public TopicNaming {
    names = Collections.unmodifiableMap(new TreeMap<>(names));
    require(
        PREFIX.matcher(prefix).matches(),
        "the topic prefix '"
            + Quotation.legible(prefix)
            + "' must be of letters, digits, '.', '_' and '-', 200 at most");
    require(group == null || !group.isBlank(), "the consumer group of --group must not be empty");
    for (String name : names.values()) {
      require(
          TOPIC.matcher(name).matches(),
          "the topic name '"
              + Quotation.legible(name)
              + "' must be of letters, digits, '.', '_' and '-', 249 at most");
    }
    Map<String, String> uses = new HashMap<>();
    for (String plain : TOPICS) {
      String name = names.getOrDefault(plain, prefix + plain);
      String other = uses.put(name, plain);
      require(
          other == null,
          "the topic '" + name + "' cannot be that of " + other + " and that of " + plain);
    }
  }

  private static void require(boolean holds, String mistake) {
    if (!holds) {
      throw new UserMistake(mistake);
    }
  }

  /** Plain names behind a prefix. */
  public static TopicNaming of(String prefix) {
    return new TopicNaming(prefix, Map.of(), null);
  }

  /** The same with a consumer group; null for one that is not named. */
  public TopicNaming inGroup(String other) {
    return new TopicNaming(prefix, names, other);
  }

  /** The whole name of a topic. */
  public String topic(String plain) {
    return names.getOrDefault(plain, prefix + plain);
  }

  /** The consumer group under which a job commits how far it has read its text. */
  public String groupOfText() {
    return group == null ? prefix + READERS : group;
  }

  /** The same of prompts. */
  public String groupOfPrompts() {
    return groupOfText() + "-prompts";
  }

  /** The same of what replicas tell each other. */
  public String groupOfReplicas() {
    return groupOfText() + "-replicas";
  }

  /** The group of the trainings that report to the same topic. */
  public String groupOfTrainings() {
    String metrics = topic(TopicNames.METRICS);
    return metrics.endsWith(TopicNames.METRICS)
        ? metrics.substring(0, metrics.length() - TopicNames.METRICS.length()) + TRAININGS
        : TRAININGS + "-" + metrics;
  }

  /** The option that names a topic. */
  public static String option(String plain) {
    return "--" + plain + "-topic";
  }

  /** What a command is told so that it means the same topics; empty where they are plain. */
  public Optional<String> options() {
    StringBuilder options = new StringBuilder();
    if (!prefix.isEmpty()) {
      options.append(" --topic-prefix ").append(prefix);
    }
    names.forEach(
        (plain, name) -> options.append(' ').append(option(plain)).append(' ').append(name));
    return options.isEmpty() ? Optional.empty() : Optional.of(options.substring(1));
  }
}
