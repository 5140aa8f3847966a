package io.flinklm.bench.continuations;

import io.flinklm.application.options.OptionRange;
import io.flinklm.application.settings.ModelOnDisk;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Measuring;
import io.flinklm.bench.measure.Measuring.Finding;
import io.flinklm.cli.run.Reproduction;
import io.flinklm.cli.run.SeedResult;
import io.flinklm.cli.screen.Figures;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.job.models.PinnedModel;
import io.flinklm.lane.Lanes;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.text.Corpus;
import io.flinklm.topics.client.PromptClient;
import io.flinklm.train.Fit;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code flink-lm bench continuations}: how well a trained model counts on, asked through Kafka.
 */
@Command(
    name = "continuations",
    description =
        "How often a trained model says the right next number, asked through Kafka with numbers"
            + " that it has not been trained on.",
    sortOptions = false)
public final class ContinuationsCommand implements Callable<Integer> {
  private static final int NUMBERS = 5;
  private static final String ROW = "%-9s  %4s  %7s  %5s  %5s  %8s  %s";
  private static final int SHOWN_OF_SHA256 = 12;

  @ArgGroup private Models models = new Models();

  /** Who is asked. */
  private static final class Models {
    @Option(
        names = "--seeds",
        split = ",",
        paramLabel = "SEED",
        description = "Seeds to train with, one after the other (default: 0).")
    private List<Long> seeds = List.of(0L);

    @Option(
        names = "--from",
        paramLabel = "DIR",
        description = "Train none; ask the model in DIR: its files, or an --out directory.")
    private Path directory;
  }

  @Option(
      names = "--model",
      defaultValue = "lmmodel7",
      description = "The language model that is trained (default: ${DEFAULT-VALUE}).")
  private String name;

  @Option(
      names = "--epochs",
      description = "Passes over the text (default: the model's, 15 for lmmodel7).")
  private Integer epochs;

  @Option(
      names = "--prompts",
      defaultValue = "200",
      description = "Prompts of five numbers each (default: ${DEFAULT-VALUE}).")
  private int prompts;

  @Option(
      names = "--json",
      description = "Print the results as one JSON object, the last line on standard output.")
  private boolean json;

  private final Corpus corpus = Corpus.humanNumbers();

  @Override
  public Integer call() throws Exception {
    Fit fit = Fit.of(name);
    int passes = epochs == null ? fit.epochs() : epochs;
    OptionRange.positive("--epochs", passes);
    OptionRange.positive("--prompts", prompts);
    Lanes lanes = chapterLanes();
    OptionRange.atMost("--prompts", prompts, CountedNumbers.places(NUMBERS, lanes));
    NumberQuestions questions =
        new NumberQuestions(CountedNumbers.ofValidation(prompts, NUMBERS, lanes));
    Optional<PinnedModel> given = Optional.ofNullable(models.directory).map(this::read);
    return Measuring.onStream(
        json,
        (stream, interruption) -> measure(stream, interruption, questions, fit, passes, given));
  }

  private Optional<Finding> measure(
      Reproduction stream,
      Interruption interruption,
      NumberQuestions questions,
      Fit fit,
      int passes,
      Optional<PinnedModel> given)
      throws Exception {
    List<ContinuationResult> results = new ArrayList<>();
    PrintStream screen = System.out;
    screen.println(
        ROW.formatted("model", "seed", "prompts", "right", "share", "accuracy", "weights"));
    if (given.isPresent()) {
      results.add(ask(stream, given.get(), models.directory.toString(), Double.NaN, questions));
      screen.println(row(given.get().frame().net().model(), "", results.get(0)));
    } else {
      for (long seed : models.seeds.stream().distinct().toList()) {
        Optional<SeedResult> trained =
            stream.train(ModelSettings.ofChapter(fit, seed), passes, screen, interruption);
        if (trained.isEmpty()) {
          return Optional.empty();
        }
        String seedName = Long.toString(seed);
        PinnedModel model = ModelOnDisk.read(stream.newestModel());
        results.add(ask(stream, model, seedName, trained.get().accuracy(), questions));
        screen.println(row(fit.model(), seedName, results.get(results.size() - 1)));
      }
    }
    return Optional.of(
        new Finding(
            new ContinuationTable(results).toText(), () -> ContinuationJson.of(results).toLine()));
  }

  // Of all models alike: those that learn from samples hold other numbers back.
  private Lanes chapterLanes() {
    ModelSettings chapter = ModelSettings.ofChapter(Fit.of("lmmodel7"), 0);
    return Lanes.of(corpus.size(), chapter.laneCount(), chapter.bptt());
  }

  private PinnedModel read(Path directory) {
    PinnedModel model = ModelOnDisk.read(directory);
    // Says which token it does not know.
    corpus.ids(model.frame().tokenizer());
    return model;
  }

  private static String row(String model, String seed, ContinuationResult result) {
    return ROW.formatted(
        model,
        seed,
        result.continued().size(),
        result.right(),
        Figures.shortDecimal(result.share()),
        Figures.decimal(result.accuracy()),
        "step "
            + result.step()
            + ", SHA-256 "
            + result.weightsSha256().substring(0, SHOWN_OF_SHA256));
  }

  private static ContinuationResult ask(
      Reproduction stream,
      PinnedModel model,
      String resultName,
      double accuracy,
      NumberQuestions questions)
      throws Exception {
    RunningJob job = stream.serve(model);
    String sha256 = model.weights().sha256();
    try (PromptClient client = PromptClient.connect(stream.kafka())) {
      return new ContinuationResult(
          resultName, model.weights().step(), sha256, accuracy, questions.ask(client, sha256));
    } finally {
      job.stop();
    }
  }
}
