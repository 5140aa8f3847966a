package io.flinklm.cli.run;

import io.flinklm.application.settings.InitialModel;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Lanes;
import io.flinklm.producer.LanePlan;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenBytes;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.LearningRateCurve;
import io.flinklm.train.NonfiniteException;
import io.flinklm.train.PlainLoop;
import io.flinklm.train.Report;
import io.flinklm.train.Schedule;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import io.flinklm.train.TrainingConfig;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A training whose learning rate rises from step to step, to see what each rate does to the loss.
 * Its steps are those of a run in a plain loop; it evaluates nothing and keeps no weights.
 *
 * @param model and how it learns, but for the learning rate
 * @param corpus its text, which begins anew where it ends before the steps do
 * @param lanes where each lane's text lies in it
 * @param steps of the test
 * @param from learning rate of the first step
 * @param to that of the last one
 */
public record RangeTest(
    ModelSettings model, Corpus corpus, Lanes lanes, int steps, double from, double to) {

  /**
   * Trains until the loss has exploded, or to the last step.
   *
   * @param metrics file for the reports
   */
  public LearningRateCurve run(Path metrics, Optional<InitialModel> start) {
    Tokenizer tokenizer = corpus.learned();
    LearningRateCurve curve = new LearningRateCurve();
    try (WholeSteps whole = WholeSteps.begin();
        MetricsFile file = MetricsFile.create(metrics)) {
      Consumer<Report> reports =
          report -> {
            if (report instanceof Report.Step step) {
              file.write(step);
              curve.add(step.numbers().learningRate(), step.loss());
              whole.stepped();
            }
          };
      Training training =
          Training.of(
                  config(tokenizer),
                  tokenizer.fingerprint(),
                  PyTorch.device(model.device()),
                  reports)
              .withEngineThreads(model.engineThreads());
      try (Trainer trainer = PlainRun.trainer(training, start)) {
        train(trainer, tokenizer, curve);
      }
    }
    return curve;
  }

  private void train(Trainer trainer, Tokenizer tokenizer, LearningRateCurve curve) {
    TokenBytes bytes = TokenBytes.inRecords(corpus, LanePlan.TOKENS_PER_RECORD);
    Iterator<Batch> batches = new PlainLoop(corpus.ids(tokenizer), lanes, bytes).trainingBatches();
    try {
      for (int step = 0; step < steps && !curve.hasExploded(); step++) {
        trainer.accept(batches.next());
      }
    } catch (NonfiniteException e) {
      curve.endNonfinite();
    }
  }

  private TrainingConfig config(Tokenizer tokenizer) {
    return model
        .trainingConfig(tokenizer.size(), 0)
        .withSchedule(new Schedule.Geometric(steps, from, to, model.fit().momenta()));
  }
}
