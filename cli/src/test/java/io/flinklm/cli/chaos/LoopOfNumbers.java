package io.flinklm.cli.chaos;

import ai.djl.Device;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.lane.Lanes;
import io.flinklm.producer.LanePlan;
import io.flinklm.text.Corpus;
import io.flinklm.text.TokenBytes;
import io.flinklm.train.PlainLoop;
import io.flinklm.train.Report;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.util.ArrayList;
import java.util.List;

/** The plain loop over the human numbers, which a job of a cluster is compared with. */
final class LoopOfNumbers {
  private static final Corpus CORPUS = Corpus.humanNumbers();

  private LoopOfNumbers() {}

  /**
   * Trains, and gives all reports.
   *
   * @param steps that the learning rate is planned for; 0 for text without an end
   */
  static List<Report> reports(ModelSettings model, long steps, int epochs) {
    List<Report> reports = new ArrayList<>();
    Lanes lanes = Lanes.of(CORPUS.size(), model.laneCount(), model.bptt());
    try (Trainer trainer =
        Trainer.drawn(
            Training.of(
                model.trainingConfig(CORPUS.tokenizer().size(), steps),
                CORPUS.tokenizer().fingerprint(),
                Device.cpu(),
                reports::add))) {
      TokenBytes bytes = TokenBytes.inRecords(CORPUS, LanePlan.TOKENS_PER_RECORD);
      new PlainLoop(CORPUS.ids(CORPUS.tokenizer()), lanes, bytes).run(trainer, epochs);
    }
    return reports;
  }
}
