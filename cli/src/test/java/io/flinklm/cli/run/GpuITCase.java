package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.engine.PyTorch;
import io.flinklm.lane.Lanes;
import io.flinklm.text.Corpus;
import io.flinklm.text.Tokenizer;
import io.flinklm.train.Fit;
import io.flinklm.train.PlainLoop;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Training on a GPU against training on the processor. Skipped where the engine has none, which is
 * so in every build without its CUDA flavour.
 */
class GpuITCase {
  private static final Corpus CORPUS = Corpus.humanNumbers();
  private static final Tokenizer VOCABULARY = CORPUS.tokenizer();
  private static final int[] TEXT = CORPUS.ids(VOCABULARY);
  private static final int[] SHORT_TEXT = Arrays.copyOf(TEXT, 10_000);
  private static final Fit FIT = Fit.of("lmmodel7");
  private static final ModelSettings MODEL = ModelSettings.ofChapter(FIT, 0);

  // Sums have another order there: a loss moves in the last digits, and a whole training ends as
  // with another seed, of which the accuracy spreads by 0.03.
  private static final double PERCENT = 0.1;
  private static final double FOUR_SPREADS = 0.12;

  @Test
  void lmModel7ReachesTheAccuracyOfTheProcessor() {
    requireGpu();

    Report there = end(train(MODEL, TEXT, FIT.epochs(), Device.gpu()));
    Report here = end(train(MODEL, TEXT, FIT.epochs(), Device.cpu()));

    assertThat(there.step()).isEqualTo(here.step());
    assertThat(there.accuracy()).isCloseTo(here.accuracy(), within(FOUR_SPREADS));
  }

  @Test
  void aWideModelLearnsAsOnTheProcessor() {
    requireGpu();
    ModelSettings wide = MODEL.withHidden(1024);

    assertThat(losses(train(wide, SHORT_TEXT, 1, Device.gpu())))
        .zipSatisfy(
            losses(train(wide, SHORT_TEXT, 1, Device.cpu())),
            (there, here) -> assertThat(there).isCloseTo(here, withinPercentage(PERCENT)));
  }

  private static void requireGpu() {
    PyTorch.newManager(Device.cpu()).close();
    assumeTrue(
        Engine.getEngine("PyTorch").getGpuCount() > 0,
        "the engine has no GPU here: nothing of this test ran");
  }

  private static List<Report> train(ModelSettings model, int[] text, int epochs, Device device) {
    Lanes lanes = Lanes.of(text.length, model.laneCount(), model.bptt());
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer =
        Trainer.drawn(
            Training.of(
                model.trainingConfig(VOCABULARY.size(), lanes.steps(epochs)),
                VOCABULARY.fingerprint(),
                device,
                reports::add))) {
      new PlainLoop(text, lanes).run(trainer, epochs);
    }
    return reports;
  }

  private static List<Double> losses(List<Report> reports) {
    return reports.stream().map(Report::loss).toList();
  }

  private static Report end(List<Report> reports) {
    return reports.get(reports.size() - 1);
  }
}
