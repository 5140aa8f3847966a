package io.flinklm.text;

import io.flinklm.Quotation;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Cuts text into tokens at white space and gives each its id. A token outside the vocabulary
 * becomes {@code <unk>} if the vocabulary has that, else the whole text is refused.
 *
 * @param vocabulary of the ids
 */
public record Tokenizer(Vocabulary vocabulary) implements Serializable {
  private static final byte[] BYTE_ORDER_MARK =
      Vocabulary.BYTE_ORDER_MARK.getBytes(StandardCharsets.UTF_8);

  /** Text that cannot become token ids; the message says which part of it. */
  public static final class UnreadableTextException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableTextException(String message) {
      super(message);
    }
  }

  /** Text that holds a token outside the vocabulary. */
  public static final class UnknownTokenException extends Exception {
    private static final long serialVersionUID = 1;

    UnknownTokenException(String token, int index) {
      super(
          "token "
              + (index + 1)
              + ", "
              + Quotation.of(token)
              + ", is not in the vocabulary, which has no "
              + Vocabulary.UNKNOWN);
    }
  }

  /** The tokens of a text: its longest runs without white space. */
  public static List<String> split(String text) {
    List<String> tokens = new ArrayList<>();
    int length = text.length();
    for (int i = 0; i < length; ) {
      while (i < length && isSpace(text.charAt(i))) {
        i++;
      }
      int start = i;
      while (i < length && !isSpace(text.charAt(i))) {
        i++;
      }
      if (i > start) {
        tokens.add(text.substring(start, i));
      }
    }
    return tokens;
  }

  /** How many tokens the bytes hold, be they valid UTF-8 or not: refused tokens are counted too. */
  public static int count(byte[] text) {
    int tokens = 0;
    boolean inside = false;
    for (byte b : text) {
      boolean space = isSpace(b);
      if (!space && !inside) {
        tokens++;
      }
      inside = !space;
    }
    return tokens;
  }

  /** Text without the byte order mark at its beginning; the same bytes where it has none. */
  public static byte[] withoutByteOrderMark(byte[] text) {
    int length = BYTE_ORDER_MARK.length;
    return text.length >= length && Arrays.equals(text, 0, length, BYTE_ORDER_MARK, 0, length)
        ? Arrays.copyOfRange(text, length, text.length)
        : text;
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

  /** Decodes UTF-8 strictly. NUL is no text: it is what other formats are made of. */
  public static String decode(byte[] text) throws UnreadableTextException {
    requireNoNul(text);
    return utf8(text);
  }

  /** The same with NUL in it, which a vocabulary of an older build may have. */
  static String utf8(byte[] text) throws UnreadableTextException {
    ByteBuffer bytes = ByteBuffer.wrap(text);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new UnreadableTextException("not UTF-8 at byte " + bytes.position() + " of the text");
    }
  }

  private static void requireNoNul(byte[] text) throws UnreadableTextException {
    for (int i = 0; i < text.length; i++) {
      if (text[i] == 0) {
        throw new UnreadableTextException(
            "not plain text: NUL at byte "
                + i
                + " of the text; expected UTF-8 without any framing");
      }
    }
  }

  /** The ids of the tokens of UTF-8 text. */
  public int[] ids(byte[] text) throws UnreadableTextException, UnknownTokenException {
    requireNoNul(text);
    int[] ids = new int[count(text)];
    int next = 0;
    for (int from = 0; next < ids.length; next++) {
      while (isSpace(text[from])) {
        from++;
      }
      int to = from + 1;
      while (to < text.length && !isSpace(text[to])) {
        to++;
      }
      ids[next] = vocabulary.id(text, from, to);
      if (ids[next] == Vocabulary.ABSENT) {
        // What of it is no UTF-8, or unknown, is found with strings.
        return ids(decode(text));
      }
      from = to;
    }
    return ids;
  }

  /** The ids of the text's tokens. */
  public int[] ids(String text) throws UnknownTokenException {
    return ids(split(text));
  }

  /** The ids of tokens. */
  public int[] ids(List<String> tokens) throws UnknownTokenException {
    int unknown = vocabulary.id(Vocabulary.UNKNOWN);
    int[] ids = new int[tokens.size()];
    for (int i = 0; i < ids.length; i++) {
      int id = vocabulary.id(tokens.get(i));
      if (id == Vocabulary.ABSENT) {
        id = unknown;
      }
      if (id == Vocabulary.ABSENT) {
        throw new UnknownTokenException(tokens.get(i), i);
      }
      ids[i] = id;
    }
    return ids;
  }

  /** Tokens by their ids, joined by single spaces. */
  public String text(int[] ids) {
    return String.join(" ", Arrays.stream(ids).mapToObj(vocabulary::token).toList());
  }

  /** Whether a character or byte stands between tokens. */
  public static boolean isSpace(int c) {
    // Only ASCII: the same borders in bytes and in decoded text, so that counts agree.
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
