package io.flinklm.job.models;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * What is done to the files of a directory, on any file system that Flink knows. On a disk of this
 * machine a directory moves as a whole and a link is a symbolic one. An object store has neither
 * directories nor links: there files are copied one by one, and a link is a file with a name in it.
 *
 * @param path of the directory
 */
record ModelFiles(String path) {

  /** The names in the directory; none if it is not there. */
  List<String> names() throws IOException {
    try {
      FileStatus[] all = files().listStatus(new Path(path));
      return all == null
          ? List.of()
          : Arrays.stream(all).map(status -> status.getPath().getName()).toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  boolean exists(String name) throws IOException {
    return files().exists(in(name));
  }

  byte[] read(String name) throws IOException {
    try (InputStream in = files().open(in(name))) {
      return in.readAllBytes();
    }
  }

  void write(String name, byte[] bytes) throws IOException {
    try (OutputStream out = files().create(in(name), WriteMode.OVERWRITE)) {
      out.write(bytes);
    }
  }

  /** Writes over a file that readers may look at. */
  void replace(String name, byte[] bytes) throws IOException {
    if (isFar()) {
      // An object is there as a whole or not at all.
      write(name, bytes);
    } else {
      String aside = name + ".new";
      write(aside, bytes);
      Files.move(near(aside), near(name), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  void delete(String name) throws IOException {
    if (exists(name)) {
      files().delete(in(name), true);
    }
  }

  /**
   * Moves a directory to where nothing is, or what is left of an earlier try.
   *
   * @param last the file that makes it whole: no other moves after it
   */
  void move(String from, String to, String last) throws IOException {
    if (!isFar()) {
      if (!files().rename(in(from), in(to))) {
        throw new IOException("cannot rename " + in(from) + " to " + in(to));
      }
      return;
    }
    write(begun(to, last), new byte[0]);
    for (String file : new ModelFiles(in(from).toString()).names()) {
      if (!file.equals(last)) {
        write(to + "/" + file, read(from + "/" + file));
      }
    }
    write(to + "/" + last, read(from + "/" + last));
    delete(begun(to, last));
    delete(from);
  }

  /** Whether a directory was being moved there when the process died. */
  boolean isBegun(String to, String last) throws IOException {
    return exists(begun(to, last));
  }

  private static String begun(String to, String last) {
    return to + "/" + last + ".begun";
  }

  /** What a link leads to; empty if there is none. */
  Optional<String> target(String link) throws IOException {
    if (isFar()) {
      return exists(link)
          ? Optional.of(new String(read(link), StandardCharsets.UTF_8).strip())
          : Optional.empty();
    }
    return Files.isSymbolicLink(near(link))
        ? Optional.of(Files.readSymbolicLink(near(link)).toString())
        : Optional.empty();
  }

  /** Lets a link lead to a name, whatever it led to before. */
  void point(String link, String name) throws IOException {
    if (isFar()) {
      write(link, (name + "\n").getBytes(StandardCharsets.UTF_8));
      return;
    }
    java.nio.file.Path aside = near("." + link);
    Files.deleteIfExists(aside);
    Files.createSymbolicLink(aside, java.nio.file.Path.of(name));
    Files.move(aside, near(link), StandardCopyOption.ATOMIC_MOVE);
  }

  private boolean isFar() throws IOException {
    return files().isDistributedFS();
  }

  private FileSystem files() throws IOException {
    return new Path(path).getFileSystem();
  }

  private Path in(String name) {
    return new Path(path, name);
  }

  private java.nio.file.Path near(String name) {
    return java.nio.file.Path.of(in(name).getPath());
  }
}
