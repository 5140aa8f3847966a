package io.flinklm.cli;

import io.flinklm.UserMistake;
import io.flinklm.topics.client.KeptLetter;
import io.flinklm.topics.client.LetterPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The values of dead letters as files of a directory, to be mended there: each has the name of its
 * letter, 0-17 for the one at 0:17, and its value, byte for byte.
 *
 * @param directory where they are
 */
record LetterFiles(Path directory) {

  /**
   * Writes the values of letters; of one without a value, an empty file.
   *
   * @throws UserMistake if a file is there already, or none can be written
   */
  void write(List<KeptLetter> letters) {
    letters.stream()
        .map(this::file)
        .filter(Files::exists)
        .findFirst()
        .ifPresent(
            file -> {
              throw new UserMistake(
                  file + " is there already and may be mended; choose another --to-directory");
            });
    try {
      Files.createDirectories(directory);
      for (KeptLetter letter : letters) {
        Files.write(file(letter), letter.value() == null ? new byte[0] : letter.value());
      }
    } catch (IOException e) {
      throw new UserMistake("cannot write to --to-directory " + directory + ": " + e, e);
    }
  }

  private Path file(KeptLetter letter) {
    return directory.resolve(letter.place().fileName());
  }

  /**
   * Reads the values of all letters that have a file, hidden ones left out.
   *
   * @throws UserMistake if a file has not the name of a letter, or none can be read
   */
  Map<LetterPlace, byte[]> read() {
    if (!Files.isDirectory(directory)) {
      throw new UserMistake("there is no directory " + directory + ", given by --from-directory");
    }
    Map<LetterPlace, byte[]> values = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(LetterFiles::isShown).sorted().toList()) {
        values.put(LetterPlace.parse(file.getFileName().toString()), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UserMistake("cannot read --from-directory " + directory + ": " + e, e);
    } catch (UserMistake e) {
      throw new UserMistake("in --from-directory " + directory + ": " + e.getMessage(), e);
    }
    return values;
  }

  private static boolean isShown(Path file) {
    return !file.getFileName().toString().startsWith(".");
  }

  /**
   * Reads one value.
   *
   * @throws UserMistake if it cannot be read
   */
  static byte[] value(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserMistake("there is no file " + file + ", given by --value");
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UserMistake("cannot read --value " + file + ": " + e, e);
    }
  }
}
