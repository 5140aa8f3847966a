package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.cli.screen.Interruption;
import io.flinklm.lane.Lanes;
import io.flinklm.net.Cell;
import io.flinklm.text.Corpus;
import io.flinklm.train.Fit;
import io.flinklm.train.Hyperparameters;
import io.flinklm.train.PlainLoop;
import io.flinklm.train.Report;
import io.flinklm.train.ScheduleKind;
import io.flinklm.train.Trainer;
import io.flinklm.train.Training;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For each model, training through Kafka and Flink gives the bits of a plain loop in memory. */
class EveryModelITCase {
  private static final int EPOCHS = 1;
  private static final int SHARDS = 4;
  private static final Corpus CORPUS = Corpus.humanNumbers();

  // Each another than that of the fit.
  private static final Hyperparameters CHOSEN =
      new Hyperparameters(
          0.005,
          ScheduleKind.COSINE,
          9L,
          0.75,
          0.2,
          0.3,
          1.0,
          0.5,
          0.3,
          0.1,
          0.2,
          0.15,
          0.25,
          null);

  @TempDir private static Path directory;
  private static Reproduction stream;

  @BeforeAll
  static void start() throws Exception {
    stream = Reproduction.start(directory, 0);
  }

  @AfterAll
  static void stop() throws Exception {
    stream.close();
  }

  static Stream<ModelSettings> models() {
    ModelSettings awd = ModelSettings.ofChapter(Fit.of("awd-lstm"), 5);
    ModelSettings lstm = ModelSettings.ofChapter(Fit.of("lmmodel7"), 7);
    return Stream.concat(
        Fit.models().stream()
            .map(name -> ModelSettings.ofChapter(Fit.of(name), 5).withShards(SHARDS, 2)),
        Stream.of(lstm, lstm.withCell(Cell.SCRATCH), awd.with(CHOSEN)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void theStreamGivesTheBitsOfThePlainLoop(ModelSettings model) throws Exception {
    try (PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream())) {
      SeedResult result = stream.train(model, EPOCHS, nowhere, Interruption.listen()).orElseThrow();
      Report.RunEnd loop = plainLoop(model, 1);
      if (model.shards() > 1) {
        assertThat(plainLoop(model, model.shards()).weightsSha256())
            .as("on %d threads", model.shards())
            .isEqualTo(loop.weightsSha256());
      }
      assertThat(result.weightsSha256()).isEqualTo(loop.weightsSha256());
      assertThat(result.accuracy()).isEqualTo(loop.accuracy());
      assertThat(result.validLoss()).isEqualTo(loop.loss());
      assertThat(result.steps()).isEqualTo(loop.step()).isPositive();
    }
  }

  private static Report.RunEnd plainLoop(ModelSettings model, int threads) {
    Lanes lanes = Lanes.of(CORPUS.size(), model.laneCount(), model.windows());
    int vocabulary = CORPUS.tokenizer().size();
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer =
        Trainer.drawn(
            Training.of(
                    model.trainingConfig(vocabulary, lanes.steps(EPOCHS)),
                    CORPUS.tokenizer().fingerprint(),
                    Device.cpu(),
                    reports::add)
                .withEngineThreads(threads))) {
      new PlainLoop(CORPUS.ids(CORPUS.tokenizer()), lanes).run(trainer, EPOCHS);
    }
    return (Report.RunEnd) reports.get(reports.size() - 1);
  }
}
