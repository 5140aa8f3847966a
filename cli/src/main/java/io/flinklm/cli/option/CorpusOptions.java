package io.flinklm.cli.option;

import io.flinklm.UserMistake;
import io.flinklm.application.options.OptionRange;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.train.Fit;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of every command that publishes text. */
public final class CorpusOptions {
  @Option(
      names = "--corpus",
      paramLabel = "FILE",
      description = "Text to train on, UTF-8 (default: the human numbers).")
  private Path corpus;

  @Option(
      names = "--epochs",
      description = "Passes over the text (default: the model's, 15 for lmmodel7).")
  private Integer epochs;

  @Option(
      names = "--partitions",
      defaultValue = "4",
      description = "Partitions of the topic text, if it is not there (default: ${DEFAULT-VALUE}).")
  private int partitions;

  /** The file of the text; empty for the human numbers. */
  public Optional<Path> file() {
    return Optional.ofNullable(corpus);
  }

  /** Passes over the text: as many as were chosen, or those of a model's fit. */
  public int epochs(Fit fit) {
    return epochs == null ? fit.epochs() : epochs;
  }

  /**
   * Partitions of the topic text.
   *
   * @throws UserMistake if there are less than one
   */
  public int partitions() {
    OptionRange.positive("--partitions", partitions);
    return partitions;
  }

  /**
   * The text of a file; of no file, the human numbers.
   *
   * @param choice the tokenizer that is asked for
   */
  public static Corpus read(Optional<Path> file, TokenizerChoice choice) {
    return file.map(
            given -> Corpus.read(given, choice, notice -> System.out.println("warning: " + notice)))
        .orElseGet(() -> Corpus.humanNumbers(choice));
  }
}
