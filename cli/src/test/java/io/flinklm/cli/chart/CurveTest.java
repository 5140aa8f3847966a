package io.flinklm.cli.chart;

import static io.flinklm.cli.fixture.Reports.segment;
import static io.flinklm.cli.fixture.Reports.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinklm.train.Report;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CurveTest {
  @Test
  void trainingLossIsTheReportedMeanOfTrainingSteps() {
    Curve curve =
        Curve.trainingLoss(
            List.of(
                step(1, 0, "train", 3, 1),
                step(2, 0, "train", 2, 2),
                segment(2, 0, "train", 9, 2),
                step(2, 0, "valid", 8, 3)));
    assertThat(curve.steps()).containsExactly(1L, 2L);
    assertThat(curve.values()).containsExactly(4.0, 3.0);
  }

  @Test
  void validationHasAPointAtEachFinishedSegment() {
    List<Report> reports =
        List.of(
            step(5, 0, "valid", 8, 3),
            segment(5, 0, "valid", 7, 4),
            segment(9, 1, "train", 3, 5),
            segment(10, 1, "valid", 6, 6));
    assertThat(Curve.validation(reports, Report::loss))
        .isEqualTo(new Curve(List.of(5L, 10L), List.of(7.0, 6.0)));
    assertThat(Curve.validation(reports, Report::accuracy).values()).containsExactly(0.7, 0.6);
  }

  @Test
  void aStepMadeAgainCountsAsItWasMadeLast() {
    Curve curve =
        Curve.trainingLoss(
            List.of(
                step(1, 0, "train", 1, 1),
                step(2, 0, "train", 2, 2),
                step(3, 0, "train", 3, 3),
                step(2, 0, "train", 20, 4),
                step(3, 0, "train", 30, 5)));
    assertThat(curve).isEqualTo(new Curve(List.of(1L, 2L, 3L), List.of(2.0, 21.0, 31.0)));
  }

  @Test
  void whatHasNoValueIsNoPoint() {
    Curve curve =
        Curve.trainingLoss(
            List.of(
                step(1, 0, "train", Double.NaN, 1),
                step(2, 0, "train", 2, 2),
                step(3, 0, "train", Double.POSITIVE_INFINITY, 2)));
    assertThat(curve.steps()).containsExactly(2L);
  }

  @Test
  void trainingAccuracyIsADebiasedMean() {
    Curve curve =
        Curve.trainingAccuracy(List.of(step(1, 0, "train", 4, 1), step(2, 0, "train", 6, 1)));
    assertThat(curve.values().get(0)).isEqualTo(0.4, within(1e-12));
    assertThat(curve.values().get(1))
        .isEqualTo((0.98 * 0.02 * 0.4 + 0.02 * 0.6) / (1 - 0.98 * 0.98), within(1e-12));
  }

  @Test
  void aStepThatWasNotReportedCountsAsTheOneAfterIt() {
    List<Report> every =
        LongStream.rangeClosed(1, 100)
            .mapToObj(i -> step(i, 0, "train", i <= 50 ? 4 : 6, (double) i))
            .toList();
    List<Report> tenth = every.stream().filter(report -> report.step() % 10 == 0).toList();
    Curve whole = Curve.trainingAccuracy(every);
    Curve part = Curve.trainingAccuracy(tenth);
    assertThat(part.steps()).hasSize(10);
    assertThat(part.values().get(9)).isEqualTo(whole.values().get(99), within(1e-12));
  }

  @Test
  void thinningKeepsTheEndsAndSpreadsTheRest() {
    List<Long> steps = LongStream.rangeClosed(1, 100_001).boxed().toList();
    List<Double> values = DoubleStream.iterate(0, i -> i + 1).limit(100_001).boxed().toList();
    Curve thinned = new Curve(steps, values).thinned(101);

    assertThat(thinned.steps()).hasSize(101).startsWith(1L, 1001L).endsWith(100_001L);
    assertThat(thinned.values()).hasSize(101).startsWith(0.0, 1000.0).endsWith(100_000.0);
    assertThat(thinned.thinned(101)).isSameAs(thinned);
  }
}
