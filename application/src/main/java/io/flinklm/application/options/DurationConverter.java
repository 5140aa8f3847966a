package io.flinklm.application.options;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times as a person writes them: a whole number of 1 or more and a unit, like 30s. */
public final class DurationConverter implements ITypeConverter<Duration> {
  static final String FORM = "a time in ms, s, m or h, like 30s or 500ms";

  private static final Pattern PATTERN = Pattern.compile("0*([1-9][0-9]{0,8})(ms|s|m|h)");
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

  /** The time; empty if it is none. */
  public static Optional<Duration> read(String given) {
    Matcher matcher = PATTERN.matcher(given);
    return matcher.matches()
        ? Optional.of(Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public Duration convert(String given) {
    return read(given)
        .orElseThrow(() -> new TypeConversionException("'" + given + "' is not " + FORM));
  }
}
