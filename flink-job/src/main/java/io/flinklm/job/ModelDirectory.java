package io.flinklm.job;

import io.flinklm.job.ModelSink.Aside;
import io.flinklm.train.SavedModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * Where the models of a training lie, each in a directory {@code step-N}, on any file system that
 * Flink knows. {@value #LATEST} leads to the newest: a symbolic link on a disk of this machine, a
 * file with its name elsewhere. What is written aside begins with a dot.
 *
 * @param path of the directory
 * @param keep how many of the newest models stay; 0 for all
 */
public record ModelDirectory(String path, int keep) implements Serializable {
  /** Leads to the newest model. */
  public static final String LATEST = "latest";

  private static final String STEP = "step-";
  private static final String ASIDE = ".step-";

  /** Writes the files of a model where no reader looks. */
  Aside writeAside(long step, Map<String, byte[]> files) throws IOException {
    Aside aside = new Aside(ASIDE + step + "-" + UUID.randomUUID(), step);
    Path directory = in(aside.name());
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      write(new Path(directory, file.getKey()), file.getValue());
    }
    return aside;
  }

  /** Moves a model where readers look, and removes those that are too old. */
  void moveInPlace(Aside model) throws IOException {
    Path aside = in(model.name());
    String name = STEP + model.step();
    // After a restart the same commit comes again; a model that is there is whole.
    if (files().exists(aside)) {
      if (isThere(name, aside)) {
        files().delete(aside, true);
      } else {
        replace(aside, in(name));
      }
      point(name);
    }
    prune(model.step());
  }

  private boolean isThere(String name, Path aside) throws IOException {
    Path config = new Path(in(name), SavedModel.CONFIG);
    return files().exists(config)
        && Arrays.equals(read(config), read(new Path(aside, SavedModel.CONFIG)));
  }

  // The same step with other weights: the run was taken back and went another way.
  private void replace(Path aside, Path target) throws IOException {
    if (files().exists(target)) {
      files().delete(target, true);
    }
    if (!files().rename(aside, target)) {
      throw new IOException("cannot rename " + aside + " to " + target);
    }
  }

  private void point(String name) throws IOException {
    Path latest = in(LATEST);
    Path aside = in("." + LATEST);
    if (files().isDistributedFS()) {
      write(aside, (name + "\n").getBytes(StandardCharsets.UTF_8));
      replace(aside, latest);
    } else {
      java.nio.file.Path link = java.nio.file.Path.of(aside.getPath());
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, java.nio.file.Path.of(name));
      Files.move(link, java.nio.file.Path.of(latest.getPath()), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void prune(long step) throws IOException {
    FileStatus[] all = files().listStatus(new Path(path));
    List<Path> models =
        Arrays.stream(all)
            .map(FileStatus::getPath)
            .filter(model -> step(model, STEP) >= 0)
            .sorted(Comparator.comparingLong((Path model) -> step(model, STEP)).reversed())
            .toList();
    for (Path old :
        models.subList(keep == 0 ? models.size() : Math.min(keep, models.size()), models.size())) {
      files().delete(in(old.getName()), true);
    }
    // Left by a process that died: their checkpoints were never complete, or are long past.
    for (FileStatus left : all) {
      long ofLeft = step(left.getPath(), ASIDE);
      if (ofLeft >= 0 && ofLeft < step) {
        files().delete(in(left.getPath().getName()), true);
      }
    }
  }

  private static long step(Path model, String prefix) {
    String name = model.getName();
    String digits = name.startsWith(prefix) ? name.substring(prefix.length()).split("-", 2)[0] : "";
    return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : -1;
  }

  private void write(Path file, byte[] bytes) throws IOException {
    try (OutputStream out = files().create(file, WriteMode.OVERWRITE)) {
      out.write(bytes);
    }
  }

  private byte[] read(Path file) throws IOException {
    try (InputStream in = files().open(file)) {
      return in.readAllBytes();
    }
  }

  private FileSystem files() throws IOException {
    return new Path(path).getFileSystem();
  }

  private Path in(String name) {
    return new Path(path, name);
  }
}
