package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.TopicSetup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that needs a Kafka that is there already. */
public final class KafkaOptions {
  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      required = true,
      description = "Where Kafka is.")
  private String bootstrap;

  @Mixin private KafkaClientOptions clients;

  /** What the topics are called. */
  public TopicOptions topics() {
    return clients.topics();
  }

  /** The Kafka that is meant; nobody has asked it for anything yet. */
  public KafkaAddress address() {
    return clients.address(bootstrap);
  }

  /**
   * The same, of which a topic is to be read.
   *
   * @param madeBy command that makes the topic, without its {@code --bootstrap}
   * @throws UserMistake if Kafka does not answer, or has no such topic
   */
  public KafkaAddress withTopic(String topic, String madeBy) throws Exception {
    KafkaAddress kafka = address();
    kafka.requireReachable();
    if (!new TopicSetup(kafka).isThere(topic)) {
      throw new UserMistake(
          "there is no topic "
              + kafka.named(topic)
              + " at "
              + bootstrap
              + "; a job makes it: ./flink-lm "
              + madeBy
              + " --bootstrap "
              + bootstrap);
    }
    return kafka;
  }
}
