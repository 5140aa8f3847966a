package io.flinklm.cli;

import io.flinklm.application.options.OptionRange;
import io.flinklm.application.options.TopicOptions;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.local.kafka.Broker;
import io.flinklm.topics.KafkaAddress;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flink-lm broker}. */
@Command(name = "broker", description = "Run only Kafka, until stopped.", sortOptions = false)
final class BrokerCommand implements Callable<Integer> {
  private static final long PAUSE_MILLIS = 100;

  @Option(
      names = "--port",
      defaultValue = "9092",
      description = "Where it listens; 0 for any free port (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out/broker",
      description =
          "Its log goes to DIR/kafka. Not the directory of a run, whose Kafka's log a new run"
              + " clears (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--partitions",
      defaultValue = "4",
      description = "Partitions of the topic text, if it is not there (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Mixin private TopicOptions topics;

  @Override
  public Integer call() throws Exception {
    Interruption interruption = Interruption.listen();
    OutDirectory directory = OutDirectory.open(out);
    OptionRange.positive("--partitions", partitions);
    try (Broker broker = Broker.start(directory.kafka(), port)) {
      // So that any client can write text at once.
      TopicSetup setup = new TopicSetup(topics.on(KafkaAddress.of(broker.address())));
      setup.createAll(partitions, Map.of());
      setup.createAlerts();
      setup.createReplicas();
      System.out.println("Kafka      " + broker.address() + "   (Ctrl-C stops it)");
      while (!interruption.isWished()) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
    return 0;
  }
}
