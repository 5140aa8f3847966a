package io.flinklm.text;

import io.flinklm.UserMistake;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A file of UTF-8 text, read piece by piece. */
final class CorpusFile {
  private static final int BLOCK = 1 << 20;

  /** The longest token, in characters: a record of Kafka holds a megabyte. */
  private static final int LONGEST_TOKEN = 1_000_000;

  private CorpusFile() {}

  /**
   * Hands on the text in pieces of about a megabyte, of which none ends within a token. A byte
   * order mark at the beginning is no text.
   *
   * @param notices is told of a mark
   * @throws UserMistake if the file cannot be read, has bytes that are no UTF-8 or a token that no
   *     record can hold
   */
  static void read(Path file, Consumer<String> notices, Consumer<String> pieces) {
    try (InputStream in = Files.newInputStream(file)) {
      read(in, file, notices, pieces);
    } catch (IOException e) {
      throw new UserMistake("cannot read the corpus " + file + ": " + reason(e), e);
    }
  }

  private static void read(
      InputStream in, Path file, Consumer<String> notices, Consumer<String> pieces)
      throws IOException {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK).flip();
    CharBuffer chars = CharBuffer.allocate(BLOCK);
    StringBuilder text = new StringBuilder();
    long decoded = 0;
    boolean last;
    do {
      bytes.compact();
      int read = in.readNBytes(bytes.array(), bytes.position(), bytes.remaining());
      last = bytes.position() + read < bytes.capacity();
      requireText(bytes.array(), bytes.position(), bytes.position() + read, decoded, file);
      bytes.position(bytes.position() + read).flip();
      CoderResult result = decoder.decode(bytes, chars, last);
      decoded += bytes.position();
      if (result.isError()) {
        throw new UserMistake(
            "the corpus " + file + " is not UTF-8 at byte " + decoded + "; convert it to UTF-8");
      }
      boolean first = decoded == bytes.position();
      text.append(chars.flip());
      if (first && text.indexOf(Vocabulary.BYTE_ORDER_MARK) == 0) {
        text.delete(0, Vocabulary.BYTE_ORDER_MARK.length());
        notices.accept("the corpus " + file + " begins with a byte order mark, which is left out");
      }
      chars.clear();
      handOn(text, last, pieces);
      if (text.length() > LONGEST_TOKEN) {
        throw new UserMistake(
            "the corpus "
                + file
                + " has a token of more than "
                + LONGEST_TOKEN
                + " characters before byte "
                + decoded
                + ", and no record of Kafka holds that; divide it by white space");
      }
    } while (!last);
  }

  private static void requireText(byte[] bytes, int from, int to, long decoded, Path file) {
    boolean bigEndian = bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff;
    boolean littleEndian = bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe;
    if (decoded == 0 && to > 1 && (bigEndian || littleEndian)) {
      throw new UserMistake("the corpus " + file + " is UTF-16; convert it to UTF-8");
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] == 0) {
        // Latin letters have one in every second byte there.
        String guess = decoded + i < 2 ? "it seems to be UTF-16" : "it is no plain text";
        throw new UserMistake(
            "the corpus "
                + file
                + " has NUL at byte "
                + (decoded + i)
                + ": "
                + guess
                + "; convert it to UTF-8");
      }
    }
  }

  private static void handOn(StringBuilder text, boolean all, Consumer<String> pieces) {
    int end = text.length();
    while (!all && end > 0 && !Tokenizer.isSpace(text.charAt(end - 1))) {
      end--;
    }
    if (end > 0) {
      pieces.accept(text.substring(0, end));
      text.delete(0, end);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    return e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
  }
}
