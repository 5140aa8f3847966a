package io.flinklm.application;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * The newest complete checkpoint in a directory of checkpoints, {@code DIR/JOB/chk-N}, on any file
 * system that Flink knows. A checkpoint is complete when its metadata is there, which is written
 * last.
 */
public final class NewestCheckpoint {
  private static final String METADATA = "_metadata";

  private NewestCheckpoint() {}

  /**
   * Looks for it.
   *
   * @param checkpoints directory of the checkpoints, of one or more jobs
   * @return directory of the newest one; empty if there is none
   */
  public static Optional<Path> in(Path checkpoints) throws IOException {
    FileSystem files = checkpoints.getFileSystem();
    List<FileStatus> complete = new ArrayList<>();
    for (Path job : directories(files, checkpoints)) {
      for (Path checkpoint : directories(files, job)) {
        metadata(files, checkpoint).ifPresent(complete::add);
      }
    }
    return complete.stream()
        .max(Comparator.comparingLong(FileStatus::getModificationTime))
        .map(metadata -> metadata.getPath().getParent());
  }

  private static List<Path> directories(FileSystem files, Path directory) throws IOException {
    List<Path> directories = new ArrayList<>();
    FileStatus[] all = files.exists(directory) ? files.listStatus(directory) : null;
    for (FileStatus one : all == null ? new FileStatus[0] : all) {
      if (one.isDir()) {
        directories.add(one.getPath());
      }
    }
    return directories;
  }

  private static Optional<FileStatus> metadata(FileSystem files, Path checkpoint)
      throws IOException {
    try {
      return Optional.of(files.getFileStatus(new Path(checkpoint, METADATA)));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
