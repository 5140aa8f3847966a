package io.flinklm.cli.option;

import io.flinklm.UserMistake;
import io.flinklm.application.options.OptionRange;
import io.flinklm.lane.Lanes;
import io.flinklm.text.Corpus;
import io.flinklm.text.CorpusFiles;
import io.flinklm.text.TokenizerChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of every command that reads a text: where it is, and how much of it is kept back. */
public final class TextOptions {
  static final String VALID_SHARE = "--valid-share";

  @Option(
      names = "--corpus",
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "Text to train on, UTF-8: a file or several, one behind the other, a directory for all"
              + " files in it in the order of their names, or - for standard input (default: the"
              + " human numbers).")
  private List<Path> corpus = new ArrayList<>();

  @Option(
      names = VALID_SHARE,
      paramLabel = "SHARE",
      description =
          "Share of the text that is evaluated and never trained on, its last part; 0 for none"
              + " (default: 0.2).")
  private Double validShare;

  /**
   * The files of the text; none for the human numbers. What comes from standard input is in one of
   * them then.
   *
   * @param spool directory for the text of standard input
   * @throws UserMistake if a directory cannot be read or has no file
   */
  public List<Path> files(Path spool) {
    return new GivenFiles(spool, System.out::println).of(corpus);
  }

  /**
   * The share of the text that is evaluated and not trained on.
   *
   * @throws UserMistake if there is none such
   */
  public double validShare() {
    OptionRange.share(VALID_SHARE, validShare);
    return validShare == null ? Lanes.VALID_SHARE : validShare;
  }

  /** Whether a share was given. */
  boolean hasValidShare() {
    return validShare != null;
  }

  /** Refuses another share than the one that a run was started with. */
  void requireNoValidShareBut(double kept) {
    if (validShare != null && validShare != kept) {
      throw new UserMistake(
          "the run was started with %s %s and goes on with that; leave out %s %s"
              .formatted(VALID_SHARE, kept, VALID_SHARE, validShare));
    }
  }

  /**
   * The text of files; of no file, the human numbers.
   *
   * @param choice the tokenizer that is asked for
   * @param spool directory for what of it does not fit into memory
   */
  public static Corpus read(List<Path> files, TokenizerChoice choice, Path spool) {
    return files.isEmpty()
        ? Corpus.humanNumbers(choice)
        : Corpus.read(
            new CorpusFiles(files, spool, notice -> System.out.println("warning: " + notice)),
            choice);
  }
}
