package io.flinklm.cli;

import io.flinklm.application.options.KafkaOptions;
import io.flinklm.application.options.OptionRange;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.TopicSetup;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flink-lm topics}. */
@Command(
    name = "topics",
    description = "Make the topics that the job reads and writes; what is there stays as it is.",
    sortOptions = false)
final class TopicsCommand implements Callable<Integer> {
  @Mixin private KafkaOptions where;

  @Option(
      names = "--partitions",
      defaultValue = "4",
      description = "Partitions of the topic text, if it is not there (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Override
  public Integer call() throws Exception {
    OptionRange.positive("--partitions", partitions);
    KafkaAddress kafka = where.address();
    kafka.requireReachable();
    TopicSetup topics = new TopicSetup(kafka);
    topics.createAll(partitions, Map.of());
    topics.createAlerts();
    topics.createReplicas();
    System.out.println("The topics are there, at " + kafka);
    return 0;
  }
}
