package io.flinklm.cli.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory for what a command writes on its way and does not keep: Kafka's log, checkpoints. It
 * lies in the machine's temporary folder, and is gone once it is closed or the process ends.
 */
public final class WorkDirectory implements AutoCloseable {
  private static final String PREFIX = "flink-lm-";

  private final Path path;
  // For an end that closes nothing: an error, or a signal that nobody listens to.
  private final Thread atExit = new Thread(this::delete, "delete the work directory");

  private WorkDirectory(Path path) {
    this.path = path;
  }

  /** Makes one. */
  public static WorkDirectory create() throws IOException {
    WorkDirectory work = new WorkDirectory(Files.createTempDirectory(PREFIX));
    Runtime.getRuntime().addShutdownHook(work.atExit);
    return work;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The process ends already, and the hook does it.
      return;
    }
    delete();
  }

  private void delete() {
    try {
      OutDirectory.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException("the directory " + path + " is left", e);
    }
  }
}
