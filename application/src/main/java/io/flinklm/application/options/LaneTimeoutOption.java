package io.flinklm.application.options;

import io.flinklm.UserMistake;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Option of every command that trains on a stream: how long a silent lane is waited for. */
public final class LaneTimeoutOption {
  static final String NAME = "--lane-timeout";

  @Option(
      names = NAME,
      paramLabel = "DURATION",
      description =
          "Go on without a lane that is silent for so long, 30s or 500ms, until it has caught up. What"
              + " it sends later is trained in the batches of the others. The weights then depend on"
              + " time (default: wait for it).")
  private String given;

  /** Whether a time-out was chosen. */
  public boolean isGiven() {
    return given != null;
  }

  /**
   * The time; empty if none is given.
   *
   * @throws UserMistake if it is no time
   */
  public Optional<Duration> duration() {
    if (given == null) {
      return Optional.empty();
    }
    return Optional.of(
        DurationConverter.read(given)
            .orElseThrow(
                () ->
                    new UserMistake(
                        NAME + " must be " + DurationConverter.FORM + ", not '" + given + "'")));
  }

  /** What to add to a command that goes on alike. */
  public String again() {
    return given == null ? "" : NAME + " " + given + " ";
  }
}
