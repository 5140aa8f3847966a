package io.flinklm.text;

import io.flinklm.UserMistake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bytes that are written one behind the other and then read anywhere: in memory, or in a file where
 * there are many. The file has no name, so that the system takes it back whatever becomes of this
 * process. Any thread may read.
 */
final class SpilledBytes {
  private static final int IN_MEMORY = 1 << 26;
  private static final int BLOCK = 1 << 14;
  private static final int CACHED_BLOCKS = 1 << 11;

  private final Path directory;
  private final int most;
  private byte[] tail = new byte[BLOCK];
  private int inTail;
  private long inFile;
  private FileChannel file;

  // The blocks that were read last: each lane of a plan is in one of its own.
  private final Map<Long, byte[]> cache =
      new LinkedHashMap<>(CACHED_BLOCKS, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
          return size() > CACHED_BLOCKS;
        }
      };

  /**
   * None yet.
   *
   * @param directory for the file, if it must be
   */
  SpilledBytes(Path directory) {
    this(directory, IN_MEMORY);
  }

  /**
   * The same with another limit.
   *
   * @param most bytes in memory, a power of two and at least {@value #BLOCK}
   */
  SpilledBytes(Path directory, int most) {
    this.directory = directory;
    this.most = most;
  }

  /** Adds so many bytes behind the others. */
  void add(byte[] bytes, int from, int length) {
    for (int done = 0; done < length; ) {
      if (inTail == tail.length) {
        makeRoom();
      }
      int part = Math.min(length - done, tail.length - inTail);
      System.arraycopy(bytes, from + done, tail, inTail, part);
      inTail += part;
      done += part;
    }
  }

  private void makeRoom() {
    if (inTail < most) {
      tail = Arrays.copyOf(tail, 2 * inTail);
      return;
    }
    try {
      if (file == null) {
        Path named = Files.createTempFile(directory, "corpus-", null);
        file = FileChannel.open(named, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Files.delete(named);
      }
      ByteBuffer bytes = ByteBuffer.wrap(tail);
      while (bytes.hasRemaining()) {
        file.write(bytes, inFile + bytes.position());
      }
      inFile += inTail;
      inTail = 0;
    } catch (IOException e) {
      throw new UserMistake("the corpus cannot be kept in " + directory + ": " + e, e);
    }
  }

  /** How many there are. */
  long size() {
    return inFile + inTail;
  }

  /** So many of them from an index on. */
  byte[] get(long from, int length) {
    byte[] bytes = new byte[length];
    for (int done = 0; done < length; ) {
      long at = from + done;
      boolean isInTail = at >= inFile;
      byte[] source = isInTail ? tail : block(at / BLOCK);
      int index = (int) (isInTail ? at - inFile : at % BLOCK);
      int part = Math.min(length - done, isInTail ? length : BLOCK - index);
      System.arraycopy(source, index, bytes, done, part);
      done += part;
    }
    return bytes;
  }

  /** The four bytes at a multiple of four as a number, the highest first. */
  int getInt(long from) {
    boolean isInTail = from >= inFile;
    byte[] source = isInTail ? tail : block(from / BLOCK);
    int index = (int) (isInTail ? from - inFile : from % BLOCK);
    return source[index] << 24
        | (source[index + 1] & 0xff) << 16
        | (source[index + 2] & 0xff) << 8
        | (source[index + 3] & 0xff);
  }

  private byte[] block(long number) {
    synchronized (cache) {
      return cache.computeIfAbsent(number, this::read);
    }
  }

  private byte[] read(long number) {
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
    try {
      while (bytes.hasRemaining()) {
        if (file.read(bytes, number * BLOCK + bytes.position()) < 0) {
          throw new IOException("the file of the corpus has become shorter");
        }
      }
      return bytes.array();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
