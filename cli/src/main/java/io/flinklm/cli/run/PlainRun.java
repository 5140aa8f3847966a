package io.flinklm.cli.run;

import io.flinklm.application.settings.InitialModel;
import io.flinklm.cli.option.OutputOptions;
import io.flinklm.cli.screen.Display;
import io.flinklm.cli.screen.Terminal;
import io.flinklm.engine.PyTorch;
import io.flinklm.job.train.NonfiniteDirectory;
import io.flinklm.saved.ModelConfig;
import io.flinklm.saved.SavedModel;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.NonfiniteException;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingConfig;
import io.flinklm.weights.Weights;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A run in a plain loop in memory: the same training, the same display, the same results, no
 * stream.
 *
 * @param settings of the run
 * @param tokenizer of the text
 * @param out where results go
 * @param beginning of the training
 * @param loop trains on all of the text and reports the end
 * @param <T> how the training takes batches
 */
public record PlainRun<T>(
    RunSettings settings,
    Tokenizer tokenizer,
    OutDirectory out,
    PlainTraining.Beginning<T> beginning,
    Consumer<T> loop) {

  /** Runs to the end and gives the exit code of the process. */
  public int run(OutputOptions options, Optional<InitialModel> start) throws Exception {
    settings.model().selfTest(tokenizer.size()).warning().ifPresent(Terminal::warn);
    out.begin(false, start);
    PrintStream screen = System.out;
    screen.println("Expected   " + OwnMemory.ofLoop(settings.model(), tokenizer));
    TrainingConfig config = settings.trainingConfig(tokenizer.size());
    List<Report.RunEnd> last = new ArrayList<>();
    try (WholeSteps steps = WholeSteps.begin();
        MetricsFile metrics = MetricsFile.create(out.metrics());
        Display display =
            Display.on(
                screen,
                settings.epochs() == 0 ? OptionalInt.empty() : OptionalInt.of(settings.epochs()),
                settings.steps() == 0 ? OptionalLong.empty() : OptionalLong.of(settings.steps()),
                Terminal.shows(Terminal.OUT))) {
      Consumer<Report> reports =
          report -> {
            metrics.write(report);
            display.show(report);
            steps.stepped();
            if (report instanceof Report.RunEnd end) {
              last.add(end);
            }
          };
      Training training =
          Training.of(
                  config,
                  tokenizer.fingerprint(),
                  PyTorch.device(settings.model().device()),
                  reports)
              .withEngineThreads(settings.model().engineThreads())
              .testingAll(settings.prequential())
              .keeping(new NonfiniteDirectory(out.nonfinite().toString(), tokenizer)::keep);
      try (PlainTraining<T> begun = beginning.begin(training, of -> trainer(of, start))) {
        try {
          loop.accept(begun.all());
        } catch (NonfiniteException e) {
          save(config, begun.first().weights());
          throw new NonfiniteException(e.getMessage() + "; to go past it: --on-nonfinite skip");
        }
        save(config, begun.first().weights());
      }
    }
    new Results(settings, out).show(last.get(0), screen, options.json());
    return 0;
  }

  static Trainer trainer(Training training, Optional<InitialModel> start) {
    return start
        .map(
            model ->
                Trainer.startingFrom(training, model.safetensors(), model.config().weightsSha256()))
        .orElseGet(() -> Trainer.drawn(training));
  }

  private void save(TrainingConfig config, Weights weights) throws IOException {
    ModelConfig ofModel = ModelConfig.of(config, tokenizer, weights.step(), weights.sha256());
    SavedModel.write(out.path(), ofModel, tokenizer, weights.toSafetensors());
  }
}
