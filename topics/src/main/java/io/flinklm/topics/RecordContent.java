package io.flinklm.topics;

/**
 * What a record of the topic {@code text} says by its format: the key that names its lane or
 * stream, its text and its time, or why one of them cannot be had. {@link RecordFormat} reads it.
 *
 * @param key which names the lane; null for none
 * @param text of the record; null for none
 * @param time of the record, in milliseconds since 1970; null where it is Kafka's timestamp
 * @param wrongKey why there is no key, in words; null where nothing is wrong
 * @param wrongText why there is no text, likewise
 * @param wrongTime why there is no time, likewise
 */
public record RecordContent(
    byte[] key, byte[] text, Long time, String wrongKey, String wrongText, String wrongTime) {

  /** A record whose key and value are what is meant. */
  public static RecordContent of(byte[] key, byte[] value) {
    return new RecordContent(key, value, null, null, null, null);
  }

  /**
   * What of the record is in the books: its text, and where that cannot be had, its value.
   *
   * @param value as received; null for none
   */
  byte[] counted(byte[] value) {
    return wrongText == null ? text : value;
  }

  /** Bytes of that; none where there is none. */
  public int sizeOf(byte[] value) {
    byte[] counted = counted(value);
    return counted == null ? 0 : counted.length;
  }
}
