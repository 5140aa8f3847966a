package io.flinklm.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/**
 * The command {@code flink-lm} where training runs elsewhere: only what speaks to Kafka. It needs
 * neither Flink nor the engine on its class path, and its image has neither.
 */
@Command(
    name = "flink-lm",
    description =
        "Text for a training that runs elsewhere, and questions to it. The whole command, which"
            + " trains, is ./flink-lm.",
    subcommands = {
      TopicsCommand.class,
      ProduceCommand.class,
      WatchCommand.class,
      ScoresCommand.class,
      RedeliverCommand.class,
      PredictCommand.class,
      ChatCommand.class,
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    version = FlinkLm.VERSION,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND")
public final class FlinkLmClient {
  private FlinkLmClient() {}

  /** Runs the command and ends the process, as {@link FlinkLm#main}. */
  public static void main(String[] arguments) {
    CommandLine command = new CommandLine(new FlinkLmClient());
    System.exit(Execution.of(command.setCaseInsensitiveEnumValuesAllowed(true), arguments));
  }
}
