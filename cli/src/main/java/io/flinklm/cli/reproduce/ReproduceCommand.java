package io.flinklm.cli.reproduce;

import io.flinklm.application.options.ReplicaOptions;
import io.flinklm.application.options.ShardOptions;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.chart.Picture;
import io.flinklm.cli.option.PortOption;
import io.flinklm.cli.run.OutDirectory;
import io.flinklm.cli.run.Reproduction;
import io.flinklm.cli.run.SeedResult;
import io.flinklm.cli.run.WorkDirectory;
import io.flinklm.cli.screen.Figures;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.train.Fit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flink-lm reproduce}. */
@Command(
    name = "reproduce",
    description =
        "Train the chapter's models through the stream and compare with PyTorch's results.",
    sortOptions = false)
public final class ReproduceCommand implements Callable<Integer> {
  private static final int STOPPED = 130;
  private static final String ROW = "%-9s  %4s  %6s  %8s  %10s  %8s";

  @Option(
      names = "--seeds",
      split = ",",
      defaultValue = "0,1,2,3,4",
      description = "Seeds, each model once with each (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds;

  @Option(
      names = "--models",
      split = ",",
      description = "Models, in this order (default: all of them).")
  private List<String> models = Fit.models();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "docs/results",
      description = "Where table and picture go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--json",
      description = "Print the means as one JSON object, the last line on standard output.")
  private boolean json;

  @Mixin private ShardOptions shards;
  @Mixin private ReplicaOptions replicas;
  @Mixin private PortOption port;

  @Override
  public Integer call() throws Exception {
    List<Fit> fits = models.stream().distinct().map(Fit::of).toList();
    List<Long> distinct = seeds.stream().distinct().toList();
    port.requireValid();
    fits.forEach(fit -> replicas.requireFit(fit.laneCount(), shards));
    Path directory = OutDirectory.writable(out);
    PrintStream screen = System.out;
    Interruption interruption = Interruption.listen();
    List<SeedResult> results = new ArrayList<>();
    try (WorkDirectory work = WorkDirectory.create();
        Reproduction reproduction =
            Reproduction.start(work.path(), port.number(), replicas.trainParallelism())) {
      screen.println("Dashboard  " + reproduction.dashboard());
      screen.println();
      screen.println(ROW.formatted("model", "seed", "steps", "accuracy", "valid loss", "time"));
      for (Fit fit : fits) {
        for (long seed : distinct) {
          Optional<SeedResult> result =
              reproduction.train(
                  shards.appliedTo(replicas.appliedTo(ModelSettings.ofChapter(fit, seed))),
                  fit.epochs(),
                  screen,
                  interruption);
          if (result.isEmpty()) {
            screen.println("Stopped; nothing was written.");
            return STOPPED;
          }
          results.add(result.get());
          screen.println(row(result.get()));
        }
      }
    }
    write(ResultsTable.of(results), distinct, directory, screen);
    return 0;
  }

  private static String row(SeedResult result) {
    return ROW.formatted(
        result.model(),
        result.seed(),
        result.steps(),
        Figures.decimal(result.accuracy()),
        Figures.decimal(result.validLoss()),
        Figures.duration(result.seconds()));
  }

  private void write(ResultsTable table, List<Long> distinct, Path directory, PrintStream screen)
      throws IOException {
    ResultsDocument document =
        new ResultsDocument(directory, table, distinct, shards.count(), replicas.replication());
    screen.println();
    screen.println(table.toText());
    screen.println();
    screen.println("Table      " + document.write());
    try {
      screen.println("Picture    " + document.draw());
    } catch (Picture.NotDrawn e) {
      screen.println("warning: " + e.getMessage());
    }
    if (json) {
      screen.println(table.toJson());
    }
    screen.flush();
  }
}
