package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinklm.train.Schedule.Cosine;
import io.flinklm.train.Schedule.Momenta;
import io.flinklm.train.Schedule.OneCycle;
import io.flinklm.train.Schedule.WarmUp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

  // fastai divides in float32 to get its place in the cycle. Near the end, where the learning rate
  // is 1/100,000 of its maximum, that is seen: next to 1e-6 of the value, 1e-8 of the maximum.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "LMModel1",
        "LMModel2",
        "LMModel3",
        "LMModel4",
        "LMModel5",
        "LMModel6",
        "LMModel7"
      })
  void oneCycleIsThatOfFastai(String model) throws IOException {
    OneCycle schedule = schedule(model);
    List<String[]> rows = rows(model);

    assertThat(rows).hasSizeGreaterThan(100);
    for (String[] row : rows) {
      // There steps are counted from 0.
      long step = Long.parseLong(row[1]) + 1;
      double learningRate = Double.parseDouble(row[2]);
      double momentum = Double.parseDouble(row[3]);
      assertThat(schedule.learningRate(step))
          .as("learning rate of step %d", step)
          .isCloseTo(learningRate, within(1e-6 * learningRate));
      assertThat(schedule.momentum(step))
          .as("momentum of step %d", step)
          .isCloseTo(momentum, within(1e-6 * momentum));
    }
  }

  @Test
  void oneCycleRisesForAQuarterThenFalls() {
    Schedule schedule = new OneCycle(400, 1, Momenta.TEXT_LEARNER);

    assertThat(schedule.learningRate(1)).isCloseTo(1 / 25.0, within(1e-12));
    assertThat(schedule.learningRate(101)).isCloseTo(1, within(1e-12));
    for (long step = 1; step < 101; step++) {
      assertThat(schedule.learningRate(step)).isLessThan(schedule.learningRate(step + 1));
      assertThat(schedule.momentum(step)).isGreaterThan(schedule.momentum(step + 1));
    }
    for (long step = 101; step <= 400; step++) {
      assertThat(schedule.learningRate(step)).isGreaterThan(schedule.learningRate(step + 1));
      assertThat(schedule.momentum(step)).isLessThan(schedule.momentum(step + 1));
    }
  }

  @Test
  void behindItsLastStepOneCycleStays() {
    Schedule schedule = new OneCycle(400, 1, Momenta.TEXT_LEARNER);

    for (long step : new long[] {401, 402, 1_000_000}) {
      assertThat(schedule.learningRate(step)).isCloseTo(1e-5, within(1e-15));
      assertThat(schedule.momentum(step)).isCloseTo(0.8, within(1e-12));
    }
  }

  @Test
  void aWarmUpRisesAndStays() {
    Schedule schedule = new WarmUp(100, 0.01, Momenta.TEXT_LEARNER);

    assertThat(schedule.learningRate(1)).isCloseTo(0.01 / 25, within(1e-15));
    assertThat(schedule.learningRate(51)).isCloseTo((0.01 + 0.01 / 25) / 2, within(1e-15));
    assertThat(schedule.momentum(1)).isCloseTo(0.8, within(1e-12));
    for (long step : new long[] {101, 102, 1_000_000}) {
      assertThat(schedule.learningRate(step)).isCloseTo(0.01, within(1e-15));
      assertThat(schedule.momentum(step)).isCloseTo(0.7, within(1e-12));
    }
  }

  @Test
  void aWarmUpOfNoStepsIsAtItsHighestAtOnce() {
    Schedule schedule = new WarmUp(0, 0.01, Momenta.TEXT_LEARNER);

    assertThat(schedule.learningRate(1)).isCloseTo(0.01, within(1e-15));
    assertThat(schedule.momentum(1)).isCloseTo(0.7, within(1e-12));
  }

  @Test
  void oneCycleCanRiseForAnotherShare() {
    Schedule schedule = new OneCycle(400, 0.1f, 1, Momenta.TEXT_LEARNER);

    assertThat(schedule.learningRate(1)).isCloseTo(1 / 25.0, within(1e-12));
    assertThat(schedule.learningRate(41)).isCloseTo(1, within(1e-9));
    assertThat(schedule.learningRate(40)).isLessThan(1);
    assertThat(schedule.learningRate(42)).isLessThan(1);
    assertThat(schedule.learningRate(401)).isCloseTo(1e-5, within(1e-12));
    assertThat(new OneCycle(400, 0, 1, Momenta.LEARNER).learningRate(1)).isEqualTo(1);
    assertThat(new OneCycle(400, 0.25f, 1, Momenta.LEARNER))
        .isEqualTo(new OneCycle(400, 1, Momenta.LEARNER));
  }

  @Test
  void aCosineRisesAndFallsToAHundredth() {
    Schedule schedule = new Cosine(401, 100, 1, Momenta.TEXT_LEARNER);

    assertThat(schedule.learningRate(1)).isCloseTo(1 / 25.0, within(1e-12));
    assertThat(schedule.learningRate(51)).isCloseTo((1 + 1 / 25.0) / 2, within(1e-12));
    assertThat(schedule.learningRate(101)).isCloseTo(1, within(1e-12));
    assertThat(schedule.learningRate(251)).isCloseTo((1 + 0.01) / 2, within(1e-12));
    assertThat(schedule.momentum(1)).isCloseTo(0.8, within(1e-12));
    assertThat(schedule.momentum(101)).isCloseTo(0.7, within(1e-12));
    for (long step : new long[] {401, 402, 1_000_000}) {
      assertThat(schedule.learningRate(step)).isCloseTo(0.01, within(1e-12));
      assertThat(schedule.momentum(step)).isCloseTo(0.8, within(1e-12));
    }
    for (long step = 1; step <= 100; step++) {
      assertThat(schedule.learningRate(step)).isLessThan(schedule.learningRate(step + 1));
    }
    for (long step = 101; step <= 400; step++) {
      assertThat(schedule.learningRate(step)).isGreaterThan(schedule.learningRate(step + 1));
    }
  }

  @Test
  void theShortestCosinesStayFinite() {
    for (Schedule shortest :
        List.of(new Cosine(1, 0, 1, Momenta.LEARNER), new Cosine(2, 1, 1, Momenta.LEARNER))) {
      for (long step = 1; step <= 3; step++) {
        assertThat(shortest.learningRate(step)).isBetween(0.01 - 1e-12, 1.0);
      }
    }
  }

  private static OneCycle schedule(String model) {
    return switch (model) {
      case "LMModel1", "LMModel2" -> new OneCycle(4 * 262, 1e-3, Momenta.LEARNER);
      case "LMModel3" -> new OneCycle(10 * 262, 3e-3, Momenta.LEARNER);
      case "LMModel4", "LMModel5" -> new OneCycle(15 * 49, 3e-3, Momenta.LEARNER);
      case "LMModel6" -> new OneCycle(15 * 49, 1e-2, Momenta.LEARNER);
      case "LMModel7" -> (OneCycle) Fit.of("lmmodel7").oneCycle(15 * 49);
      default -> throw new IllegalArgumentException(model);
    };
  }

  private static List<String[]> rows(String model) throws IOException {
    try (InputStream in = ScheduleTest.class.getResourceAsStream("/fixtures/schedules.csv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(",", -1))
          .filter(row -> row[0].equals(model))
          .toList();
    }
  }

  @Test
  void aRangeTestRisesByTheSameFactorAtEachStep() {
    Schedule schedule = new Schedule.Geometric(5, 1e-4, 1, Momenta.LEARNER);

    for (int step = 1; step <= 5; step++) {
      assertThat(schedule.learningRate(step)).isCloseTo(Math.pow(10, step - 5), within(1e-12));
      assertThat(schedule.momentum(step)).isEqualTo(Momenta.LEARNER.peak());
    }
    assertThat(schedule.kind()).isEmpty();
  }
}
