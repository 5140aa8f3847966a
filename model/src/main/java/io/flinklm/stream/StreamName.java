package io.flinklm.stream;

import java.nio.charset.StandardCharsets;

/**
 * The name of a stream: the key of its records, any bytes, or the partition that records without a
 * key lie in. One character stands for a byte, so that names differ where keys do, and are in the
 * order of the bytes without sign.
 */
public final class StreamName {
  /** Of what belongs to no stream. */
  public static final String NONE = "";

  private StreamName() {}

  /**
   * The name of a record's stream.
   *
   * @param key of the record; null if it has none
   * @param partition that the record lies in
   */
  public static String of(byte[] key, int partition) {
    return key == null
        ? "partition " + partition
        : "key " + new String(key, StandardCharsets.ISO_8859_1);
  }

  /** The same for people, who read bytes as UTF-8. */
  static String legible(String name) {
    return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
