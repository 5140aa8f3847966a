package io.flinklm.cli;

import io.flinklm.Quotation;
import io.flinklm.UserMistake;
import io.flinklm.cli.chaos.ChaosCommand;
import io.flinklm.cli.reproduce.ReproduceCommand;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.local.flink.RepeatedFailureException;
import io.flinklm.net.WrongArithmeticException;
import io.flinklm.train.NonfiniteException;
import java.util.ServiceLoader;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The command {@code flink-lm}. */
@Command(
    name = "flink-lm",
    description = "Continuous online training of recurrent language models on Apache Flink.",
    subcommands = {
      RunCommand.class,
      BrokerCommand.class,
      TopicsCommand.class,
      ProduceCommand.class,
      TrainCommand.class,
      WatchCommand.class,
      ScoresCommand.class,
      PredictCommand.class,
      ChatCommand.class,
      ReproduceCommand.class,
      ChaosCommand.class,
    },
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    version = "flink-lm 0.1.0",
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND")
public final class FlinkLm {
  private static final int MISTAKE = 2;
  private static final int FAILURE = 1;

  private FlinkLm() {}

  /** Runs the command and ends the process: 0 done, 2 a mistake in what was given, 1 a failure. */
  public static void main(String[] arguments) {
    System.exit(execute(arguments));
  }

  /** Runs the command and gives its exit code. */
  public static int execute(String... arguments) {
    return commandLine()
        .setParameterExceptionHandler((e, args) -> parameterMistake(e))
        .setExecutionExceptionHandler((e, command, result) -> failure(e))
        .execute(arguments);
  }

  /** The command with its subcommands and their options, to read arguments with. */
  public static CommandLine commandLine() {
    CommandLine command = new CommandLine(new FlinkLm());
    ServiceLoader.load(AddedCommand.class).forEach(command::addSubcommand);
    return command.setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static int parameterMistake(ParameterException e) {
    say(
        e.getMessage()
            + "; see "
            + e.getCommandLine().getCommandSpec().qualifiedName()
            + " --help");
    return MISTAKE;
  }

  private static int failure(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UserMistake) {
        say(cause.getMessage());
        return MISTAKE;
      }
      if (cause instanceof NonfiniteException
          || cause instanceof WrongArithmeticException
          || cause instanceof RepeatedFailureException) {
        say(cause.getMessage());
        return FAILURE;
      }
    }
    LoggerFactory.getLogger(FlinkLm.class).error("the command failed", e);
    Throwable innermost = e;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    say(e.getMessage() + ": " + innermost + "; more is in " + OutDirectory.logFile());
    return FAILURE;
  }

  private static void say(String message) {
    String line = message.lines().findFirst().orElse(message);
    System.err.println("flink-lm: " + Quotation.legible(line));
  }
}
