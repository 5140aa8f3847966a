package io.flinklm.cli;

import io.flinklm.cli.chaos.ChaosCommand;
import io.flinklm.cli.reproduce.ReproduceCommand;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The command {@code flink-lm}. */
@Command(
    name = "flink-lm",
    description = "Continuous online training of recurrent language models on Apache Flink.",
    subcommands = {
      RunCommand.class,
      FindLrCommand.class,
      BrokerCommand.class,
      TopicsCommand.class,
      ProduceCommand.class,
      TrainCommand.class,
      WatchCommand.class,
      ScoresCommand.class,
      RedeliverCommand.class,
      PredictCommand.class,
      ChatCommand.class,
      ReproduceCommand.class,
      ChaosCommand.class,
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    version = FlinkLm.VERSION,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND")
public final class FlinkLm {
  static final String VERSION = "flink-lm 0.1.0";

  private FlinkLm() {}

  /** Runs the command and ends the process: 0 done, 2 a mistake in what was given, 1 a failure. */
  public static void main(String[] arguments) {
    System.exit(execute(arguments));
  }

  /** Runs the command and gives its exit code. */
  public static int execute(String... arguments) {
    return Execution.of(commandLine(), arguments);
  }

  /** The command with its subcommands and their options, to read arguments with. */
  public static CommandLine commandLine() {
    CommandLine command = new CommandLine(new FlinkLm());
    ServiceLoader.load(AddedCommand.class).forEach(command::addSubcommand);
    return command.setCaseInsensitiveEnumValuesAllowed(true);
  }
}
