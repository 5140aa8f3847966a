package io.flinklm.topics;

import com.fasterxml.jackson.core.JsonPointer;
import io.flinklm.Quotation;
import io.flinklm.UserMistake;
import io.flinklm.topics.JsonField.Kind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the records of a topic hold text, key and time: as Kafka has them or in fields of the value,
 * and whether the end of a record is itself text. It reads a record and decides nothing about what
 * it finds.
 *
 * @param textField JSON Pointer to the text in a value that is JSON; null where the value is text
 * @param keyField JSON Pointer to the key in a value that is JSON; null for Kafka's own key
 * @param timeField JSON Pointer to the time in a value that is JSON; null for Kafka's timestamp
 * @param endOfRecord what stands behind the text of each record
 */
public record RecordFormat(
    String textField, String keyField, String timeField, EndOfRecord endOfRecord)
    implements Serializable {
  /** Key and value are what is meant, and nothing stands between records. */
  public static final RecordFormat PLAIN = new RecordFormat(null, null, null, EndOfRecord.NONE);

  /** What stands behind the text of a record. */
  public enum EndOfRecord {
    /** Nothing: the next record goes on in the middle of a word. */
    NONE,
    /** A line feed, which is a byte and a character of the text, and white space for words. */
    NEWLINE
  }

  /**
   * Takes a format.
   *
   * @throws UserMistake if a field is named by no JSON Pointer
   */
  public RecordFormat {
    requirePointer("--text-field", textField);
    requirePointer("--key-field", keyField);
    requirePointer("--time-field", timeField);
  }

  private static void requirePointer(String option, String pointer) {
    if (pointer != null) {
      try {
        JsonPointer.compile(pointer);
      } catch (IllegalArgumentException e) {
        throw new UserMistake(
            option
                + " "
                + Quotation.legible(pointer)
                + " is no JSON Pointer (RFC 6901): it begins with '/', as in /message or"
                + " /log/text",
            e);
      }
    }
  }

  /** Reads the parts of a record; each may be missing, which is null. */
  public RecordContent content(byte[] key, byte[] value) {
    if (equals(PLAIN)) {
      return RecordContent.of(key, value);
    }
    JsonField ofKey =
        keyField == null ? JsonField.whole(key) : JsonField.read(keyField, value, Kind.KEY);
    JsonField ofText =
        textField == null ? JsonField.whole(value) : JsonField.read(textField, value, Kind.TEXT);
    TimeField ofTime = timeField == null ? TimeField.KAFKAS : TimeField.read(timeField, value);
    return new RecordContent(
        ofKey.text(),
        ended(ofText.text()),
        ofTime.millis(),
        ofKey.wrong(),
        ofText.wrong(),
        ofTime.wrong());
  }

  /** The options that ask for it; empty for plain text. */
  public String options() {
    List<String> options = new ArrayList<>();
    if (textField != null) {
      options.add("--text-field " + Quotation.legible(textField));
    }
    if (keyField != null) {
      options.add("--key-field " + Quotation.legible(keyField));
    }
    if (timeField != null) {
      options.add("--time-field " + Quotation.legible(timeField));
    }
    if (endOfRecord == EndOfRecord.NEWLINE) {
      options.add("--end-of-record newline");
    }
    return String.join(" ", options);
  }

  private byte[] ended(byte[] text) {
    if (text == null || endOfRecord == EndOfRecord.NONE) {
      return text;
    }
    byte[] ended = Arrays.copyOf(text, text.length + 1);
    ended[text.length] = '\n';
    return ended;
  }
}
