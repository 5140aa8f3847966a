package io.flinklm.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Bytes as text in UTF-8, read strictly. NUL is no text: it is what other formats are made of. */
final class Utf8 {
  /** What some programs write before UTF-8. */
  public static final String BYTE_ORDER_MARK = "\ufeff";

  private static final byte[] MARK = BYTE_ORDER_MARK.getBytes(StandardCharsets.UTF_8);

  private Utf8() {}

  /** Whether bytes begin with a byte order mark. */
  public static boolean beginsWithMark(byte[] text) {
    return text.length >= MARK.length && Arrays.equals(text, 0, MARK.length, MARK, 0, MARK.length);
  }

  /** Text without the byte order mark at its beginning; the same bytes where it has none. */
  public static byte[] withoutMark(byte[] text) {
    return beginsWithMark(text) ? Arrays.copyOfRange(text, MARK.length, text.length) : text;
  }

  /** Why bytes are not text: they are not UTF-8, or have NUL in them. Empty where they are. */
  public static Optional<String> whyUnreadable(byte[] text) {
    boolean plain = true;
    for (byte b : text) {
      plain &= b > 0;
    }
    // Most text is ASCII, and needs no decoder to say so.
    if (plain) {
      return Optional.empty();
    }
    try {
      decode(text);
      return Optional.empty();
    } catch (UnreadableTextException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * Decodes text.
   *
   * @throws UnreadableTextException if it is not UTF-8, or has NUL in it
   */
  public static String decode(byte[] text) throws UnreadableTextException {
    requireNoNul(text);
    return decodeWithNul(text);
  }

  /** The same with NUL in it, which a vocabulary of an older build may have. */
  static String decodeWithNul(byte[] text) throws UnreadableTextException {
    ByteBuffer bytes = ByteBuffer.wrap(text);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new UnreadableTextException("not UTF-8 at byte " + bytes.position() + " of the text");
    }
  }

  /** Makes sure that there is no NUL. */
  static void requireNoNul(byte[] text) throws UnreadableTextException {
    for (int i = 0; i < text.length; i++) {
      if (text[i] == 0) {
        throw new UnreadableTextException(
            "not plain text: NUL at byte "
                + i
                + " of the text; expected UTF-8 without any framing");
      }
    }
  }
}
