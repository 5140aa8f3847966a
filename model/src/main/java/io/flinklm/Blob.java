package io.flinklm;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A piece of state as bytes that say what they are: kind, format version, length and checksum stand
 * before the content. What is unknown or damaged is refused with the reason and never half read.
 *
 * <pre>kind (4) | version (4) | length of content (4) | CRC-32C of the rest (4) | content</pre>
 */
public final class Blob {
  private static final int HEADER = 16;
  private static final int SMALL = 1024;

  private Blob() {}

  /** Writes the content of a blob. */
  @FunctionalInterface
  public interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  /** Reads the content of a blob that was written in the given format version. */
  @FunctionalInterface
  public interface Reader<T> {
    T read(DataInputStream in, int version) throws IOException;
  }

  /** Bytes that are not what they were taken for; the message says in which way. */
  public static class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A refusal, for the reason given. */
    public RefusedException(String message) {
      super(message);
    }
  }

  /**
   * Writes a blob.
   *
   * @param kind four ASCII letters
   * @param version format version of the content, from 1
   */
  public static byte[] write(String kind, int version, Writer writer) {
    return write(kind, version, SMALL, writer);
  }

  /**
   * Writes a blob whose size is known: a large one is not copied where it is right.
   *
   * @param size of the content in bytes
   */
  public static byte[] write(String kind, int version, long size, Writer writer) {
    Bytes bytes = new Bytes(Math.toIntExact(HEADER + size));
    bytes.writeBytes(new byte[HEADER]);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writer.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] blob = bytes.whole();
    ByteBuffer header = ByteBuffer.wrap(blob);
    header.putInt(code(kind)).putInt(version).putInt(blob.length - HEADER);
    header.putInt(checksum(blob));
    return blob;
  }

  /**
   * Reads a blob.
   *
   * @param newest the newest format version that the reader knows; it must read all from 1 on
   * @throws RefusedException if the bytes are of another kind, of an unknown version, cut or
   *     damaged
   */
  public static <T> T read(String kind, int newest, byte[] blob, Reader<T> reader) {
    if (blob.length < HEADER) {
      throw new RefusedException(
          kind + ": " + blob.length + " bytes are too few for a header of " + HEADER);
    }
    ByteBuffer header = ByteBuffer.wrap(blob);
    int foundKind = header.getInt();
    if (foundKind != code(kind)) {
      throw new RefusedException(
          "expected state of kind " + kind + ", found kind " + letters(foundKind));
    }
    int version = header.getInt();
    int length = header.getInt();
    if (length != blob.length - HEADER) {
      throw new RefusedException(
          kind + ": " + length + " bytes were written, " + (blob.length - HEADER) + " are here");
    }
    if (header.getInt() != checksum(blob)) {
      throw new RefusedException(kind + ": the checksum does not match; the bytes are damaged");
    }
    if (version < 1 || version > newest) {
      throw new RefusedException(
          kind + ": format version " + version + " is unknown; this build reads 1 to " + newest);
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(blob, HEADER, length))) {
      T value = reader.read(in, version);
      if (in.available() > 0) {
        throw new RefusedException(kind + ": " + in.available() + " bytes are left over");
      }
      return value;
    } catch (EOFException e) {
      throw new RefusedException(kind + ": the content ends too early");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many bytes a writer writes. */
  public static long count(Writer writer) {
    Counter counter = new Counter();
    try (DataOutputStream out = new DataOutputStream(counter)) {
      writer.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counter.bytes;
  }

  private static final class Counter extends OutputStream {
    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] some, int from, int length) {
      bytes += length;
    }
  }

  private static final class Bytes extends ByteArrayOutputStream {
    Bytes(int size) {
      super(size);
    }

    byte[] whole() {
      return count == buf.length ? buf : toByteArray();
    }
  }

  private static int code(String kind) {
    if (kind.length() != 4) {
      throw new IllegalArgumentException("a kind has four letters: " + kind);
    }
    int code = 0;
    for (int i = 0; i < kind.length(); i++) {
      code = code << 8 | kind.charAt(i);
    }
    return code;
  }

  private static String letters(int code) {
    byte[] letters = ByteBuffer.allocate(Integer.BYTES).putInt(code).array();
    for (byte letter : letters) {
      if (letter <= ' ' || letter > '~') {
        return String.format("0x%08x", code);
      }
    }
    return new String(letters, StandardCharsets.US_ASCII);
  }

  private static int checksum(byte[] blob) {
    CRC32C crc = new CRC32C();
    crc.update(blob, 0, HEADER - Integer.BYTES);
    crc.update(blob, HEADER, blob.length - HEADER);
    return (int) crc.getValue();
  }
}
