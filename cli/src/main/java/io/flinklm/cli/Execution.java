package io.flinklm.cli;

import io.flinklm.PlainFailure;
import io.flinklm.Quotation;
import io.flinklm.UserMistake;
import io.flinklm.cli.run.OutDirectory;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * One run of a command, from its arguments to its exit code: 0 done, 2 a mistake in what was given,
 * 1 a failure. What went wrong is one line on standard error.
 */
final class Execution {
  private static final int MISTAKE = 2;
  private static final int FAILURE = 1;

  private Execution() {}

  /** Runs a command and gives its exit code. */
  static int of(CommandLine command, String... arguments) {
    return command
        .setParameterExceptionHandler((e, args) -> parameterMistake(e))
        .setExecutionExceptionHandler((e, failed, result) -> failure(e))
        .execute(arguments);
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
      if (cause instanceof PlainFailure) {
        say(cause.getMessage());
        return FAILURE;
      }
    }
    LoggerFactory.getLogger(Execution.class).error("the command failed", e);
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
