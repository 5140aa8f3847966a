package io.flinklm.topics;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the serializers of a schema registry put before a value: a zero byte and the four bytes of a
 * schema's number. Behind it stands JSON, Avro or the like, which is no text.
 */
public final class RegistryFraming {
  private static final int LENGTH = 5;

  private RegistryFraming() {}

  /**
   * What is wrong with text that cannot be read.
   *
   * @param text which may be missing
   * @param why it cannot be read, where it is not framed so
   */
  public static String nameIn(byte[] text, String why) {
    return text == null ? why : in(text, "plain UTF-8 text").orElse(why);
  }

  /** What is wrong with a value that is framed so; empty for one that is not. */
  static Optional<String> in(byte[] value, String expected) {
    if (value.length < LENGTH || value[0] != 0 || isUtf16(value)) {
      return Optional.empty();
    }
    return Optional.of(
        "framed by a schema registry: schema id "
            + Integer.toUnsignedString(ByteBuffer.wrap(value, 1, LENGTH - 1).getInt())
            + "; expected "
            + expected
            + ", from a serializer that knows no registry");
  }

  // Latin letters in UTF-16 begin with a zero byte too, and every other byte of them is zero.
  private static boolean isUtf16(byte[] value) {
    return value[1] != 0 && value[2] == 0 && value[3] != 0 && value[4] == 0;
  }
}
