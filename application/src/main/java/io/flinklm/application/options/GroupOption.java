package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.TopicNaming;
import picocli.CommandLine.Option;

/** The consumer group that a job shows itself as; what it reads is not up to the group. */
public final class GroupOption {
  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description =
          "The consumer group under which the job commits at each checkpoint how far it has read,"
              + " for those who watch its lag; it never starts from there (default:"
              + " PREFIXflink-lm).")
  private String group;

  /** The same Kafka, where the group that is asked for is meant. */
  public KafkaAddress on(KafkaAddress kafka) {
    return kafka.named(kafka.naming().inGroup(group));
  }

  /**
   * Makes sure that a run goes on in its own group.
   *
   * @param kept the names that it was started with
   * @throws UserMistake if another one was given
   */
  public void requireNoneBut(TopicNaming kept) {
    if (group != null && !group.equals(kept.groupOfText())) {
      throw new UserMistake(
          "the run was started in the consumer group "
              + kept.groupOfText()
              + " and goes on there; leave out --group "
              + group);
    }
  }
}
