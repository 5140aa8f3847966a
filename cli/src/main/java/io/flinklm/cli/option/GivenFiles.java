package io.flinklm.cli.option;

import io.flinklm.UserMistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The files that hold a text, of what a person names: a directory stands for the files in it, and
 * {@code -} for what comes from standard input, which is kept in a file, since lanes can be cut
 * only where the length is known.
 *
 * @param spool directory for the text of standard input
 * @param screen is told of both
 */
record GivenFiles(Path spool, Consumer<String> screen) {
  private static final Path STANDARD_INPUT = Path.of("-");

  /**
   * The files, in order.
   *
   * @throws UserMistake if a directory cannot be read or has no file
   */
  List<Path> of(List<Path> given) {
    return given.stream().flatMap(this::filesOf).toList();
  }

  private Stream<Path> filesOf(Path given) {
    try {
      if (given.equals(STANDARD_INPUT)) {
        return Stream.of(spooled());
      }
      return Files.isDirectory(given) ? in(given) : Stream.of(given);
    } catch (IOException e) {
      throw new UserMistake("cannot read the corpus " + given + ": " + e, e);
    }
  }

  private Path spooled() throws IOException {
    Path file = Files.createTempFile(spool, "standard-input-", ".txt");
    Files.copy(System.in, file, StandardCopyOption.REPLACE_EXISTING);
    screen.accept("The text of standard input is kept in " + file);
    return file;
  }

  private Stream<Path> in(Path directory) throws IOException {
    try (Stream<Path> inside = Files.list(directory)) {
      List<Path> files = inside.filter(GivenFiles::isText).sorted().toList();
      if (files.isEmpty()) {
        throw new UserMistake(
            "the corpus " + directory + " is a directory without files; give one with text");
      }
      screen.accept("Text of " + files.size() + " files in " + directory);
      return files.stream();
    }
  }

  private static boolean isText(Path file) {
    return Files.isRegularFile(file) && !file.getFileName().toString().startsWith(".");
  }
}
