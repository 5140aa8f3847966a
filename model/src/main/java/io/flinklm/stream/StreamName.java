package io.flinklm.stream;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The name of a stream: the key of its records, any bytes, or the partition that records without a
 * key lie in. One character stands for a byte, so that names differ where keys do, and are in the
 * order of the bytes without sign.
 */
public final class StreamName {
  /** Of what belongs to no stream. */
  public static final String NONE = "";

  private static final String KEY = "key ";
  private static final String PARTITION = "partition ";

  private StreamName() {}

  /**
   * The name of a record's stream.
   *
   * @param key of the record; null if it has none
   * @param partition that the record lies in
   */
  public static String of(byte[] key, int partition) {
    return key == null ? PARTITION + partition : KEY + new String(key, StandardCharsets.ISO_8859_1);
  }

  /** The key that a stream is named by; empty for one of records without a key. */
  public static Optional<byte[]> key(String name) {
    return name.startsWith(KEY)
        ? Optional.of(name.substring(KEY.length()).getBytes(StandardCharsets.ISO_8859_1))
        : Optional.empty();
  }

  /**
   * The key that a stream is named by, as text: UTF-8 is read, a byte that is not UTF-8 is {@code
   * \xff}, and a backslash is two. Empty for one of records without a key.
   */
  public static Optional<String> keyText(String name) {
    return key(name).map(KeyText::of);
  }

  /**
   * The name of the stream whose {@link #keyText} this is.
   *
   * @param text of the key; null for records without one
   * @param partition that they lie in
   */
  public static String ofKeyText(String text, int partition) {
    return of(text == null ? null : KeyText.key(text), partition);
  }

  /** The same for people, who read bytes as UTF-8. */
  static String legible(String name) {
    return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
