package io.flinklm.application.options;

import io.flinklm.UserMistake;
import io.flinklm.topics.RecordFormat;
import io.flinklm.topics.RecordFormat.EndOfRecord;
import picocli.CommandLine.Option;

/** Options of every command that trains on a topic that others write: how its records hold text. */
public final class RecordFormatOptions {
  @Option(
      names = "--text-field",
      paramLabel = "POINTER",
      description =
          "The records are JSON, and this JSON Pointer (RFC 6901), /message for one, leads to their"
              + " text (default: the value of a record is text).")
  private String textField;

  @Option(
      names = "--key-field",
      paramLabel = "POINTER",
      description =
          "The records are JSON, and this JSON Pointer leads to what is taken for their key"
              + " (default: Kafka's key).")
  private String keyField;

  @Option(
      names = "--time-field",
      paramLabel = "POINTER",
      description =
          "With --streams: the records are JSON, and this JSON Pointer leads to their time, a whole"
              + " number of milliseconds since 1970 or a string of ISO 8601 with its offset from UTC"
              + " (default: Kafka's timestamp).")
  private String timeField;

  @Option(
      names = "--end-of-record",
      paramLabel = "newline|none",
      description =
          "newline: each record's text ends with a line feed, which is itself text (default:"
              + " none).")
  private String endOfRecord;

  /**
   * The format that is asked for.
   *
   * @throws UserMistake if there is none such
   */
  public RecordFormat format() {
    return new RecordFormat(textField, keyField, timeField, endOfRecord());
  }

  private EndOfRecord endOfRecord() {
    if (endOfRecord == null || endOfRecord.equals("none")) {
      return EndOfRecord.NONE;
    }
    if (!endOfRecord.equals("newline")) {
      throw new UserMistake("--end-of-record is newline or none, not '" + endOfRecord + "'");
    }
    return EndOfRecord.NEWLINE;
  }

  /**
   * Makes sure that the format is one of streams, or of lanes.
   *
   * @throws UserMistake if it says how records of streams end, which is settled, or what the time
   *     of records of lanes is, which decides nothing
   */
  public void requireFit(boolean streams) {
    if (!streams && timeField != null) {
      throw new UserMistake(
          "--time-field is for streams, as the times of lanes decide nothing: give --streams too,"
              + " or leave it out");
    }
    if (streams && endOfRecord != null) {
      throw new UserMistake(
          "a record of a stream ends with a line feed, which is text: leave out --end-of-record");
    }
  }

  /**
   * Makes sure that a run goes on reading its records as before.
   *
   * @param kept the format that it was started with
   * @throws UserMistake if another one was given
   */
  public void requireNoneBut(RecordFormat kept) {
    RecordFormat given = format();
    boolean same =
        (textField == null || textField.equals(kept.textField()))
            && (keyField == null || keyField.equals(kept.keyField()))
            && (timeField == null || timeField.equals(kept.timeField()))
            && (endOfRecord == null || given.endOfRecord() == kept.endOfRecord());
    if (!same) {
      throw new UserMistake(
          "the run was started with other --text-field, --key-field, --time-field or"
              + " --end-of-record and goes on with those; leave them out");
    }
  }
}
