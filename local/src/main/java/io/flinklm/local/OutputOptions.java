package io.flinklm.local;

import io.flinklm.UserMistake;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of every command that trains: where results go. */
final class OutputOptions {
  private static final int LAST_PORT = 65535;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out",
      description = "Where results go (default: ${DEFAULT-VALUE}).")
  Path out;

  @Option(
      names = "--json",
      description = "Print the results as one JSON object, the last line on standard output.")
  boolean json;

  @Option(
      names = "--port",
      defaultValue = "8081",
      description = "Port of the Flink dashboard; 0 for any free one (default: ${DEFAULT-VALUE}).")
  int port;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Seconds between checkpoints (default: ${DEFAULT-VALUE}).")
  int checkpointSeconds;

  /** Refuses numbers that are out of their range. */
  void requireValid() {
    ModelOptions.positive("--checkpoint-interval", checkpointSeconds);
    if (port < 0 || port > LAST_PORT) {
      throw new UserMistake("--port must be 0 to " + LAST_PORT + ", not " + port);
    }
  }
}
