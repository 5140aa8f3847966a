package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.flinklm.lane.Lanes;
import io.flinklm.net.Cell;
import io.flinklm.net.NetConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model learns a text that repeats itself. */
class ModelsTest {
  private static final int TOKENS = 5;
  private static final int[] TEXT = new Random(0).ints(12, 0, TOKENS).toArray();

  @ParameterizedTest
  @MethodSource("io.flinklm.train.Fit#models")
  void theLossFalls(String model) {
    List<Report> reports = train(model, Cell.ENGINE);

    assertThat(reports.get(reports.size() - 1).trainLoss()).isLessThan(0.9 * reports.get(0).loss());
  }

  @Test
  void lmModel1AndLmModel2AreTheSameFunction() {
    assertThat(sha256(train("lmmodel1", Cell.ENGINE)))
        .isEqualTo(sha256(train("lmmodel2", Cell.ENGINE)));
  }

  @Test
  void theSameModelGivesTheSameBitsAndNoTwoModelsDo() {
    Map<String, String> models = new HashMap<>();
    for (String model : Fit.models()) {
      String sha256 = sha256(train(model, Cell.ENGINE));
      assertThat(sha256(train(model, Cell.ENGINE))).as(model).isEqualTo(sha256);
      models.put(sha256, model);
    }
    assertThat(models).as("LMModel1 and LMModel2 are one").hasSize(Fit.models().size() - 1);
  }

  @Test
  void fromScratchTheLossIsTheSameToFloatPrecision() {
    Report engine = train("lmmodel6", Cell.ENGINE).get(0);
    Report scratch = train("lmmodel6", Cell.SCRATCH).get(0);

    assertThat((float) scratch.loss()).isCloseTo((float) engine.loss(), within(1e-6f));
  }

  private static String sha256(List<Report> reports) {
    return ((Report.RunEnd) reports.get(reports.size() - 1)).weightsSha256();
  }

  private static List<Report> train(String model, Cell cell) {
    Fit fit = Fit.of(model);
    int[] corpus = new int[1200];
    for (int i = 0; i < corpus.length; i++) {
      corpus[i] = TEXT[i % TEXT.length];
    }
    Lanes lanes = Lanes.of(corpus.length, 4, fit.windows(fit.bptt()));
    NetConfig net = new NetConfig(model, TOKENS, 16, fit.layers(), fit.dropout());
    Schedule schedule = fit.oneCycle(lanes.steps(2));
    TrainingConfig config =
        TrainingConfig.of(fit, net, lanes.count(), lanes.bptt(), 0, schedule, cell);
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer =
        Trainer.drawn(Training.of(config, "fingerprint", Device.cpu(), reports::add))) {
      new PlainLoop(corpus, lanes).run(trainer, 2);
    }
    return reports;
  }
}
