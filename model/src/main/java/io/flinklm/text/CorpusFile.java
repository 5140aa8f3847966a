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

/** A file of text, read piece by piece. */
final class CorpusFile {
  private static final int BLOCK = 1 << 20;

  /** The longest token, in characters: a record of Kafka holds a megabyte. */
  private static final int LONGEST_TOKEN = 1_000_000;

  private CorpusFile() {}

  /**
   * Hands on the text in pieces of about a megabyte, of which none ends within a token. A byte
   * order mark at the beginning is no text.
   *
   * @param choice the tokenizer that is asked for
   * @param notices is told of a mark
   * @throws UserMistake if the file cannot be read, has bytes that are no text or a token that no
   *     record can hold
   */
  static void read(
      Path file, TokenizerChoice choice, Consumer<String> notices, Consumer<byte[]> pieces) {
    if (Files.isDirectory(file)) {
      throw new UserMistake("the corpus " + file + " is a directory; give a file in it");
    }
    TokenizerKind kind = choice.kind();
    try (InputStream in = Files.newInputStream(file)) {
      if (kind == TokenizerKind.BYTES) {
        readBytes(in, file, notices, pieces);
      } else {
        // A letter and its marks are in one piece then too.
        boolean atSpaces =
            kind == TokenizerKind.WORDS || !choice.normalization().equals(Normalization.NONE);
        read(in, file, atSpaces, notices, pieces);
      }
    } catch (IOException e) {
      throw new UserMistake("cannot read the corpus " + file + ": " + reason(e), e);
    }
  }

  private static void readBytes(
      InputStream in, Path file, Consumer<String> notices, Consumer<byte[]> pieces)
      throws IOException {
    byte[] piece = in.readNBytes(BLOCK);
    requireNoOtherFormat(piece, piece.length, file);
    if (Utf8.beginsWithMark(piece)) {
      notices.accept(markLeftOut(file));
      piece = Utf8.withoutMark(piece);
    }
    while (piece.length > 0) {
      pieces.accept(piece);
      piece = in.readNBytes(BLOCK);
    }
  }

  private static String markLeftOut(Path file) {
    return "the corpus " + file + " begins with a byte order mark, which is left out";
  }

  private static void read(
      InputStream in,
      Path file,
      boolean atSpaces,
      Consumer<String> notices,
      Consumer<byte[]> pieces)
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
      if (decoded == 0) {
        requireNoOtherFormat(bytes.array(), read, file);
      }
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
      if (first && text.indexOf(Utf8.BYTE_ORDER_MARK) == 0) {
        text.delete(0, Utf8.BYTE_ORDER_MARK.length());
        notices.accept(markLeftOut(file));
      }
      chars.clear();
      handOn(text, last || !atSpaces, pieces);
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

  private static void requireNoOtherFormat(byte[] bytes, int length, Path file) {
    if (length < 2) {
      return;
    }
    int magic = Byte.toUnsignedInt(bytes[0]) << 8 | Byte.toUnsignedInt(bytes[1]);
    if (magic == 0xfeff || magic == 0xfffe) {
      throw new UserMistake("the corpus " + file + " is UTF-16; convert it to UTF-8");
    }
    if (magic == 0x1f8b) {
      throw new UserMistake("the corpus " + file + " is compressed by gzip; decompress it first");
    }
  }

  private static void requireText(byte[] bytes, int from, int to, long decoded, Path file) {
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

  private static void handOn(StringBuilder text, boolean all, Consumer<byte[]> pieces) {
    int end = text.length();
    while (!all && end > 0 && !Words.isSpace(text.charAt(end - 1))) {
      end--;
    }
    if (end > 0) {
      pieces.accept(text.substring(0, end).getBytes(StandardCharsets.UTF_8));
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
