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
 * The ids of a text's tokens, in order: in memory, or in a file where there are many. The file has
 * no name, so that the system takes it back whatever becomes of this process. First all are added,
 * then they are read; any thread may read.
 */
final class TokenIds {
  /** Most ids in memory: 64 MB. */
  static final int IN_MEMORY = 1 << 24;

  private static final int BLOCK = 1 << 12;
  private static final int CACHED_BLOCKS = 1 << 11;

  private final Path directory;
  private final int most;
  private int[] tail = new int[BLOCK];
  private int inTail;
  private int inFile;
  private FileChannel file;

  // The blocks that were read last: each lane of a plan is in one of its own.
  private final Map<Integer, int[]> cache =
      new LinkedHashMap<>(CACHED_BLOCKS, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, int[]> eldest) {
          return size() > CACHED_BLOCKS;
        }
      };

  /**
   * None yet.
   *
   * @param directory for the file, if it must be
   * @param most ids in memory, a multiple of {@value #BLOCK}
   */
  TokenIds(Path directory, int most) {
    this.directory = directory;
    this.most = most;
  }

  /** Adds one behind the others. */
  void add(int id) {
    if (inTail == tail.length) {
      if (inTail < most) {
        tail = Arrays.copyOf(tail, Math.min(most, 2 * inTail));
      } else {
        write();
      }
    }
    tail[inTail++] = id;
  }

  private void write() {
    if (inFile > Integer.MAX_VALUE - 2 * tail.length) {
      throw new UserMistake(
          "the corpus has more than " + inFile + " tokens, and no more can be numbered; part it");
    }
    try {
      if (file == null) {
        Path named = Files.createTempFile(directory, "tokens-", null);
        file =
            FileChannel.open(named, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Files.delete(named);
      }
      ByteBuffer bytes = ByteBuffer.allocate(BLOCK * Integer.BYTES);
      for (int from = 0; from < inTail; from += BLOCK) {
        bytes.clear().asIntBuffer().put(tail, from, BLOCK);
        long at = (long) (inFile + from) * Integer.BYTES;
        while (bytes.hasRemaining()) {
          at += file.write(bytes, at);
        }
      }
      inFile += inTail;
      inTail = 0;
    } catch (IOException e) {
      throw new UserMistake(
          "the tokens of the corpus cannot be kept in " + directory + ": " + e, e);
    }
  }

  /** How many there are. */
  int size() {
    return inFile + inTail;
  }

  /** The one at an index. */
  int id(int index) {
    return index >= inFile ? tail[index - inFile] : block(index / BLOCK)[index % BLOCK];
  }

  private int[] block(int number) {
    synchronized (cache) {
      return cache.computeIfAbsent(number, this::read);
    }
  }

  private int[] read(int number) {
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK * Integer.BYTES);
    long at = (long) number * BLOCK * Integer.BYTES;
    try {
      while (bytes.hasRemaining()) {
        if (file.read(bytes, at + bytes.position()) < 0) {
          throw new IOException("the file of tokens has become shorter");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int[] block = new int[BLOCK];
    bytes.flip().asIntBuffer().get(block);
    return block;
  }

  /** All of them, in memory. */
  int[] toArray() {
    int[] all = new int[size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = id(i);
    }
    return all;
  }
}
