package io.flinklm.topics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinklm.Quotation;
import io.flinklm.topics.JsonField.Kind;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/**
 * The time in a field of a JSON value: a whole number of milliseconds since 1970, or a string of
 * ISO 8601 with its offset from UTC. No unit is guessed: a number of seconds is a time in January
 * 1970.
 *
 * @param millis since 1970; null where there is none
 * @param wrong why, in words; null where nothing is wrong
 */
record TimeField(Long millis, String wrong) {
  /** What is expected of it, in words. */
  static final String EXPECTED =
      "a whole number of milliseconds since 1970, or a string like \"2026-05-20T16:29:40Z\",";

  /** None: the time is Kafka's timestamp. */
  static final TimeField KAFKAS = new TimeField(null, null);

  /**
   * Reads the field of a value.
   *
   * @param value of a record; null for none
   */
  static TimeField read(String pointer, byte[] value) {
    JsonField field = JsonField.read(pointer, value, Kind.TIME);
    if (field.wrong() != null) {
      return new TimeField(null, field.wrong());
    }
    String text = new String(field.text(), UTF_8);
    try {
      long millis =
          field.isNumber()
              ? Long.parseLong(text)
              : OffsetDateTime.parse(text).toInstant().toEpochMilli();
      if (millis >= 0) {
        return new TimeField(millis, null);
      }
    } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
      return none(pointer, text);
    }
    return none(pointer, text);
  }

  private static TimeField none(String pointer, String text) {
    return new TimeField(
        null,
        "the field "
            + pointer
            + " is no time: found "
            + Quotation.of(text)
            + "; expected "
            + EXPECTED
            + " with its offset from UTC");
  }
}
