package io.flinklm.cli.option;

import io.flinklm.text.Corpus;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of every command that publishes text. */
public final class CorpusOptions {
  @Option(
      names = "--corpus",
      paramLabel = "FILE",
      description =
          "Text to train on, UTF-8, its tokens between spaces (default: the human numbers).")
  public Path corpus;

  @Option(
      names = "--epochs",
      description = "Passes over the text (default: the model's, 15 for lmmodel7).")
  public Integer epochs;

  @Option(
      names = "--partitions",
      defaultValue = "4",
      description = "Partitions of the topic text, if it is not there (default: ${DEFAULT-VALUE}).")
  public int partitions;

  public static Corpus read(Path file) {
    return file == null
        ? Corpus.humanNumbers()
        : Corpus.read(file, notice -> System.out.println("warning: " + notice));
  }
}
