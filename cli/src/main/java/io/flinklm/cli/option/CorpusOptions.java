package io.flinklm.cli.option;

import io.flinklm.UserMistake;
import io.flinklm.application.options.OptionRange;
import io.flinklm.lane.Lanes;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenizerChoice;
import io.flinklm.train.Fit;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of every command that publishes text. */
public final class CorpusOptions {
  private static final String VALID_SHARE = "--valid-share";

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

  @Option(
      names = VALID_SHARE,
      paramLabel = "SHARE",
      description =
          "Share of the text that is evaluated and never trained on, its last part; 0 for none"
              + " (default: 0.2).")
  private Double validShare;

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
   * The share of the text that is evaluated and not trained on.
   *
   * @throws UserMistake if there is none such
   */
  public double validShare() {
    OptionRange.share(VALID_SHARE, validShare);
    return validShare == null ? Lanes.VALID_SHARE : validShare;
  }

  /**
   * Makes sure that a run goes on with its text cut as it was.
   *
   * @param kept the share that it was started with
   * @throws UserMistake if another one was given
   */
  public void requireNoValidShareBut(double kept) {
    if (validShare != null && validShare != kept) {
      throw new UserMistake(
          "the run was started with %s %s and goes on with that; leave out %s %s"
              .formatted(VALID_SHARE, kept, VALID_SHARE, validShare));
    }
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
