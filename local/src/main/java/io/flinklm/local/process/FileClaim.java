package io.flinklm.local.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file that one process at a time has for itself, for as long as it wants or lives: the system
 * takes the claim from one that has died. The file says which process that is, and stays.
 *
 * @param lock keeps others out, in other processes too
 */
public record FileClaim(FileLock lock) implements AutoCloseable {

  /** Claims a file, made if it is not there; empty if this or another process has it. */
  public static Optional<FileClaim> of(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      byte[] process = Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII);
      channel.truncate(0).write(ByteBuffer.wrap(process));
      return Optional.of(new FileClaim(lock));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** The process that has a file, for people; one that has just claimed it may be unnamed. */
  public static String processOf(Path file) throws IOException {
    String process = Files.readString(file, US_ASCII);
    return process.isEmpty() ? "another process" : "process " + process;
  }

  @Override
  public void close() {
    try {
      lock.channel().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
