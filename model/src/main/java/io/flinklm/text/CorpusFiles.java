package io.flinklm.text;

import io.flinklm.UserMistake;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The files of a text, one behind the other.
 *
 * @param files in order
 * @param spool directory for what of it does not fit into memory
 * @param notices is told what is left out
 */
public record CorpusFiles(List<Path> files, Path spool, Consumer<String> notices) {

  /** The files in words. */
  String name() {
    return "the corpus " + (files.size() == 1 ? files.get(0) : "of " + files.size() + " files");
  }

  /**
   * Hands on their text in pieces.
   *
   * @param first whether something is to be said of them
   * @throws UserMistake if one cannot be read or has bytes that are no text
   */
  void read(TokenizerChoice choice, Consumer<byte[]> pieces, boolean first) {
    Consumer<String> told = first ? notices : notice -> {};
    for (Path file : files) {
      boolean[] any = {false};
      CorpusFile.read(
          file,
          choice,
          told,
          piece -> {
            any[0] = true;
            pieces.accept(piece);
          });
      if (!any[0] && files.size() > 1) {
        told.accept("the corpus " + file + " is empty");
      }
    }
  }
}
