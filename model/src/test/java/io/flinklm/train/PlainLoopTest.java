package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Split;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("arithmetic")
class PlainLoopTest {
  private static final int EPOCHS = 3;
  private static final int[] CORPUS = repeated(400, 0, 1, 2, 0, 3, 4);
  private static final Lanes LANES = Lanes.of(CORPUS.length, 4, 8);

  @Test
  void passesTrainAndValidOncePerEpoch() {
    List<Report> reports = train(CORPUS, LANES);

    assertThat(LANES.windows(Split.TRAIN)).isEqualTo(9);
    assertThat(reports).filteredOn(Report.Step.class::isInstance).hasSize(3 * (9 + 2));
    assertThat(reports)
        .filteredOn(Report.SegmentEnd.class::isInstance)
        .extracting(report -> report.epoch() + " " + report.split() + " " + report.index())
        .containsExactly(
            "0 train 9", "0 valid 2", "1 train 9", "1 valid 2", "2 train 9", "2 valid 2");
  }

  @Test
  void everyTokenOfEveryLaneIsTrainedOnOrScoredInEveryEpoch() {
    Report end = last(train(CORPUS, LANES));

    assertThat(end.step()).isEqualTo(LANES.steps(EPOCHS));
    assertThat(end.tokensTrained() + end.tokensScored()).isEqualTo(EPOCHS * LANES.tokensPerEpoch());
    assertThat(end.tokensRefused()).isEmpty();
  }

  @Test
  void whatNeedsMemoryIsLearned() {
    // After 0 comes 1 or 3, in turn: no model without memory is right more than 5 times of 6.
    int[] corpus = repeated(4000, 0, 1, 2, 0, 3, 4);

    Report end = last(train(corpus, Lanes.of(corpus.length, 8, 8)));

    assertThat(end.accuracy()).isGreaterThan(0.95);
    assertThat(end.loss()).isLessThan(0.2);
  }

  @Test
  void aCorpusThatHasNoWindowToScoreStillTrains() {
    Lanes shortest = Lanes.of(4 * 9, 4, 8);

    Report end = last(train(Arrays.copyOf(CORPUS, 4 * 9), shortest));

    assertThat(end.step()).isEqualTo(EPOCHS);
    assertThat(end.tokensScored()).isZero();
    assertThat(end.accuracy()).isNaN();
  }

  private static List<Report> train(int[] corpus, Lanes lanes) {
    Fit fit = Fit.of("lmmodel7");
    NetConfig net = new NetConfig(fit.model(), 5, 16, 2, fit.dropout());
    Schedule schedule = fit.oneCycle(lanes.steps(EPOCHS));
    TrainingConfig config =
        TrainingConfig.of(fit, net, lanes.count(), lanes.bptt(), 0, schedule, Cell.ENGINE);
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer =
        Trainer.drawn(Training.of(config, "fingerprint", Device.cpu(), reports::add))) {
      new PlainLoop(corpus, lanes).run(trainer, EPOCHS);
    }
    return reports;
  }

  private static Report last(List<Report> reports) {
    return reports.get(reports.size() - 1);
  }

  private static int[] repeated(int length, int... tokens) {
    int[] corpus = new int[length];
    Arrays.setAll(corpus, i -> tokens[i % tokens.length]);
    return corpus;
  }
}
