package io.flinklm.job.record;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A header of a record as it was received: nothing in it has been checked.
 *
 * @param name of which a record may have several
 * @param value any bytes; null for none
 */
public record RecordHeader(String name, byte[] value) {

  /** A header whose value is text. */
  public static RecordHeader of(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** The value of the last header of a name; null if there is none. */
  static byte[] last(List<RecordHeader> headers, String name) {
    for (int i = headers.size() - 1; i >= 0; i--) {
      if (headers.get(i).name.equals(name)) {
        return headers.get(i).value;
      }
    }
    return null;
  }
}
