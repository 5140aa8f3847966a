package io.flinklm.local;

import io.flinklm.UserMistake;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Option of every command that trains on a stream: how long a silent lane is waited for. */
final class LaneTimeoutOption {
  static final String NAME = "--lane-timeout";

  private static final Pattern FORM = Pattern.compile("0*([1-9][0-9]{0,8})(ms|s|m|h)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms",
          ChronoUnit.MILLIS,
          "s",
          ChronoUnit.SECONDS,
          "m",
          ChronoUnit.MINUTES,
          "h",
          ChronoUnit.HOURS);

  @Option(
      names = NAME,
      paramLabel = "DURATION",
      description =
          "Go on without a lane that is silent for so long, 30s or 500ms, until it has caught up. The"
              + " weights then depend on time (default: wait for it).")
  private String given;

  boolean isGiven() {
    return given != null;
  }

  /**
   * The time; empty if none is given.
   *
   * @throws UserMistake if it is no time
   */
  Optional<Duration> duration() {
    if (given == null) {
      return Optional.empty();
    }
    Matcher matcher = FORM.matcher(given);
    if (!matcher.matches()) {
      throw new UserMistake(
          NAME + " must be a time in ms, s, m or h, like 30s or 500ms, not '" + given + "'");
    }
    return Optional.of(Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2))));
  }

  /** What to add to a command that goes on alike. */
  String again() {
    return given == null ? "" : NAME + " " + given + " ";
  }
}
