package io.flinklm.cli.option;

import io.flinklm.UserMistake;
import io.flinklm.application.options.OptionRange;
import io.flinklm.train.Fit;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that publishes text. */
public final class CorpusOptions {
  @Mixin private TextOptions text;

  @Option(
      names = "--epochs",
      description =
          "Passes over the text (default: the model's, 15 for lmmodel7; where the tokenizer is not"
              + " words, as many as make six million tokens, from 1 to 30).")
  private Integer epochs;

  @Option(
      names = "--partitions",
      defaultValue = "4",
      description = "Partitions of the topic text, if it is not there (default: ${DEFAULT-VALUE}).")
  private int partitions;

  /**
   * The files of the text; none for the human numbers. What comes from standard input is in one of
   * them then.
   *
   * @param spool directory for the text of standard input
   * @throws UserMistake if a directory cannot be read or has no file
   */
  public List<Path> files(Path spool) {
    return text.files(spool);
  }

  /**
   * Passes over the text: as many as were chosen, or those of a model's fit.
   *
   * @param tokens of the text
   */
  public int epochs(Fit fit, long tokens) {
    return epochs == null ? fit.epochs(tokens) : epochs;
  }

  /**
   * Refuses what only a text of lanes has.
   *
   * @throws UserMistake if it is given
   */
  public void requireNoPasses() {
    if (epochs != null || text.hasValidShare()) {
      throw new UserMistake(
          "--streams takes each record of its file once, to train on: leave out --epochs and "
              + TextOptions.VALID_SHARE);
    }
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
    return text.validShare();
  }

  /**
   * Makes sure that a run goes on with its text cut as it was.
   *
   * @param kept the share that it was started with
   * @throws UserMistake if another one was given
   */
  public void requireNoValidShareBut(double kept) {
    text.requireNoValidShareBut(kept);
  }
}
