package io.flinklm.bench.growth;

import io.flinklm.UserMistake;
import io.flinklm.application.options.OptionRange;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.train.Fit;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code flink-lm bench growth}: speed and memory by lanes, width, and length of the text. */
@Command(
    name = "growth",
    description =
        "How speed and memory go with the sizes: the bare step by lanes and width, the stream by"
            + " the length of its text.",
    sortOptions = false)
public final class GrowthCommand implements Callable<Integer> {
  private static final int LONGEST_TEXT = 1_000_000_000;

  @Option(
      names = "--model",
      defaultValue = "lmmodel7",
      description = "The language model (default: ${DEFAULT-VALUE}).")
  private String name;

  @Option(
      names = "--lanes",
      paramLabel = "<lanes>",
      split = ",",
      defaultValue = "16,64,256,1024",
      description = "Rows of a batch (default: ${DEFAULT-VALUE}).")
  private List<Integer> laneCounts;

  @Option(
      names = "--hidden",
      split = ",",
      defaultValue = "64,256,1024",
      description = "Widths of the model (default: ${DEFAULT-VALUE}).")
  private List<Integer> widths;

  @Option(
      names = "--tokens",
      split = ",",
      defaultValue = "1000000,10000000,100000000",
      description =
          "Lengths of texts through the stream, of 64 lanes and width 8 (default:"
              + " ${DEFAULT-VALUE}).")
  private List<Integer> lengths;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      description = "Seconds that a step is repeated, at least once (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--repetitions",
      defaultValue = "3",
      description = "How often each is measured for so long (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out",
      description = "Where growth.json goes (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--json",
      description = "Print the results as one JSON object, the last line on standard output.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Fit.of(name);
    laneCounts.forEach(count -> OptionRange.positive("--lanes", count));
    widths.forEach(width -> OptionRange.positive("--hidden", width));
    for (int length : lengths) {
      if (length < GrowthMeasurement.SHORTEST_TEXT) {
        throw new UserMistake(
            "--tokens must be %d or more, not %d"
                .formatted(GrowthMeasurement.SHORTEST_TEXT, length));
      }
      OptionRange.atMost("--tokens", length, LONGEST_TEXT);
    }
    OptionRange.positive("--seconds", seconds);
    OptionRange.positive("--repetitions", repetitions);
    OutDirectory results = OutDirectory.open(out);
    PrintStream screen = System.out;
    Growth growth =
        new GrowthMeasurement(Fit.of(name), seconds, repetitions, screen)
            .of(widths, laneCounts, lengths, Interruption.listen());
    screen.println();
    Path file = results.path().resolve("growth.json");
    screen.println("Numbers    " + Files.writeString(file, growth.toJson() + "\n"));
    if (json) {
      screen.println(growth.toJson());
    }
    return 0;
  }
}
