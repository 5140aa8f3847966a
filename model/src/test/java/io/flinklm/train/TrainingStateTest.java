package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trainer's blob: each version that there ever was is read; a change makes a new one. */
@Tag("arithmetic")
class TrainingStateTest {
  static final int NEWEST = 7;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void everyVersionIsGoneOnFrom(int version) throws IOException {
    List<Report> reports = new ArrayList<>();
    try (Trainer trainer =
        KeptTraining.restored(
            KeptTraining.snapshot(version), KeptTraining.hiddenStates(), reports::add)) {
      assertThat(trainer.weights().step()).isEqualTo(3);
      assertThat(trainer.weights().sha256())
          .isEqualTo("d67d28c76d8142c27682e337968e4efcda66c99979dbed6cdb4aa3cc71e21f4b");

      KeptTraining.goOn(trainer);
    }

    assertThat(reports)
        .extracting(Object::getClass, Report::step, Report::epoch, Report::split, Report::index)
        .containsExactly(
            tuple(Report.Step.class, 4L, 1, "train", 1),
            tuple(Report.SegmentEnd.class, 4L, 1, "train", 2),
            tuple(Report.Step.class, 4L, 1, "valid", 0),
            tuple(Report.SegmentEnd.class, 4L, 1, "valid", 1),
            tuple(Report.RunEnd.class, 4L, 1, "valid", 1));
    // Processors differ in the last bits; a lost moment would be seen in the third decimal.
    assertThat(losses(reports))
        .containsExactly(new double[] {1.1568207, 1.1244754, 1.0875278}, within(1e-5));
    Report end = reports.get(reports.size() - 1);
    assertThat(end.numbers().learningRate()).isCloseTo(0.009890739, within(1e-9));
    assertThat(end.trainLoss()).isCloseTo(1.1401637, within(1e-5));
    assertThat(end.tokensTrained()).isEqualTo(2 * (7 + 7));
    assertThat(end.tokensScored()).isEqualTo(2 * (4 + 4));
    assertThat(end.tokensRefused()).isEqualTo(Map.of("unknown_token", 2L, "tail", 4L));
    assertThat(end.seconds()).isEqualTo(6);
    assertThat(end.numbers().gradientNorm()).isCloseTo(0.6100007, within(1e-5));
    assertThat(end.numbers().prequentialLoss()).as("of text that comes again").isNaN();
  }

  @Test
  void whatIsReadIsWrittenAgainByteForByte() throws IOException {
    byte[] kept = KeptTraining.snapshot(NEWEST);
    try (Trainer trainer = KeptTraining.restored(kept, KeptTraining.hiddenStates(), report -> {})) {
      assertThat(trainer.snapshot()).isEqualTo(kept);
    }
  }

  @Test
  void aChangedFormatHasANewVersion() throws IOException {
    byte[] today = KeptTraining.snapshot();
    Path file = Files.write(Path.of("target", "tran-today.blob"), today);

    // Kind, version and length: the numbers behind them differ between processors.
    assertThat(Arrays.copyOf(today, 12))
        .as("give the format a new version and keep %s as its file in the test resources", file)
        .isEqualTo(Arrays.copyOf(KeptTraining.snapshot(NEWEST), 12));
  }

  /** Of the step, its segment, and the scored batch. */
  private static double[] losses(List<Report> reports) {
    return reports.subList(0, 3).stream().mapToDouble(Report::loss).toArray();
  }
}
