package io.flinklm.cli.option;

import io.flinklm.UserMistake;
import picocli.CommandLine.Option;

/** Option of every command that shows the Flink dashboard. */
public final class PortOption {
  private static final int LAST = 65535;

  @Option(
      names = "--port",
      defaultValue = "8081",
      description = "Port of the Flink dashboard; 0 for any free one (default: ${DEFAULT-VALUE}).")
  private int port;

  /** The port; 0 for any free one. */
  public int number() {
    return port;
  }

  /** Refuses a number that no port has. */
  public void requireValid() {
    if (port < 0 || port > LAST) {
      throw new UserMistake("--port must be 0 to " + LAST + ", not " + port);
    }
  }
}
