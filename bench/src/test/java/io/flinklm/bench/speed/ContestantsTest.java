package io.flinklm.bench.speed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import io.flinklm.bench.measure.BareStep;
import io.flinklm.bench.measure.PreparedBatches;
import io.flinklm.bench.measure.StepTimes;
import io.flinklm.bench.measure.Timing;
import io.flinklm.lane.Lanes;
import io.flinklm.net.Cell;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.net.StepArithmetic;
import io.flinklm.train.Fit;
import io.flinklm.train.StepListener.Part;
import io.flinklm.train.TrainingConfig;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each contestant does what it says; how fast says no test. */
class ContestantsTest {
  private static final int LANES = 4;
  private static final int BPTT = 5;
  private static final int BATCH = LANES * BPTT;
  private static final double MOMENT = 1e-9;
  private static final int[] TEXT = IntStream.range(0, 200).map(i -> i % 7).toArray();

  private static PreparedBatches batches() {
    return new PreparedBatches(TEXT, Lanes.of(TEXT.length, LANES, BPTT));
  }

  private static NetConfig net(String model) {
    return new NetConfig(model, 7, 8, 2, Fit.of(model).dropout());
  }

  private static BareStep step(String model) {
    Fit fit = Fit.of(model);
    TrainingConfig config =
        TrainingConfig.of(fit, net(model), LANES, BPTT, 0, fit.continuous(), Cell.ENGINE);
    return new BareStep(config, Device.cpu(), 1, batches());
  }

  @Test
  void preparedBatchesAreThoseOfTheText() {
    PreparedBatches batches = batches();
    // 39 windows of which 31 are trained on, 7 a lane.
    long[] first = batches.next().inputs();
    assertThat(first).startsWith(0, 1, 2, 3, 4, 7 * 5 % 7, 1);
    assertThat(batches.next().inputs()).startsWith(5, 6, 0, 1, 2);
    IntStream.range(0, 5).forEach(i -> batches.next());
    assertThat(batches.next().inputs()).isEqualTo(first);
    assertThat(batches.tokens()).isEqualTo(BATCH);
  }

  @Test
  void aTurnTakesOneStepAtLeast() {
    try (BareStep step = step("lmmodel7")) {
      assertThat(step.run(MOMENT).amount()).isEqualTo(BATCH);
      assertThat(step.times().milliseconds()).hasSize(Part.values().length);
      Timing longer = step.run(0.2);
      assertThat(longer.amount()).isGreaterThan(BATCH);
      assertThat(longer.seconds()).isGreaterThanOrEqualTo(0.2);
      assertThat(longer.rate()).isEqualTo(longer.amount() / longer.seconds());
    }
  }

  @Test
  void djlsLoopTakesStepsFromTurnToTurn() {
    try (DjlLoop loop = new DjlLoop(net("lmmodel6"), batches())) {
      // DJL draws other weights each time: so many steps that none of them can matter.
      for (int i = 0; i < 500; i++) {
        assertThat(loop.run(MOMENT).amount()).isEqualTo(BATCH);
      }
      float late = loop.loss();
      assertThat(late).isLessThan((float) Math.log(7));
    }
  }

  @Test
  void matrixProductsAreCountedInFlop() {
    try (MatrixProducts products = new MatrixProducts()) {
      assertThat(products.run(MOMENT).amount()).isEqualTo(2.0 * 1024 * 1024 * 1024);
    }
  }

  @Test
  void aStepsArithmeticIsThatOfItsShapes() {
    long inputs = 64 * 16;
    NetConfig net = new NetConfig("lmmodel7", 30, 64, 2, 0.4);
    double layers = 2.0 * inputs * (4 * 64 * (64 + 64)) * 2 * 3;
    double output = 2.0 * inputs * 64 * 30 * 3;

    assertThat(StepArithmetic.flop(LanguageModels.of(net), inputs, inputs))
        .isEqualTo(layers + output);
    NetConfig untied = new NetConfig("lmmodel6", 30, 64, 2, 0);
    assertThat(StepArithmetic.flop(LanguageModels.of(untied), inputs, inputs))
        .isEqualTo(layers + output);
    NetConfig relu = new NetConfig("lmmodel1", 30, 64, 1, 0);
    assertThat(StepArithmetic.flop(LanguageModels.of(relu), 64 * 3, 64))
        .isEqualTo(2.0 * 3 * 64 * (3 * 64 * 64 + 64 * 30));
  }

  @Test
  void theTimeOfAStepIsThatOfItsParts() {
    StepTimes times = new StepTimes();
    long begin = System.nanoTime();
    for (int i = 0; i < 3; i++) {
      times.begin();
      times.ended(Part.FORWARD);
      times.ended(Part.BACKWARD);
    }
    double most = (System.nanoTime() - begin) / 1e6;

    assertThat(times.milliseconds()).containsOnlyKeys("forward", "backward");
    double sum = times.milliseconds().values().stream().mapToDouble(of -> of).sum();
    assertThat(sum).isPositive().isLessThanOrEqualTo(most / 3 + 1e-6);
    times.clear();
    assertThat(times.milliseconds()).isEmpty();
  }

  @Test
  void pytorchsLoopTakesTurns() throws Exception {
    Optional<String> python = PyTorchLoop.python();
    assumeTrue(python.isPresent(), PyTorchLoop.MISSING);
    List<String> small = List.of("--hidden=8", "--lanes=" + LANES, "--bptt=" + BPTT);
    try (PyTorchLoop loop = PyTorchLoop.start(python.get(), 1, "passive", small)) {
      assertThat(loop.description().get("torch").asText()).isNotEmpty();
      assertThat(loop.description().get("threads").asInt()).isEqualTo(1);
      assertThat(loop.description().get("wait_policy").asText()).isEqualTo("passive");
      assertThat(loop.description().get("optimizer").asText()).isIn("plain", "foreach", "fused");
      for (int i = 0; i < 2; i++) {
        Timing timing = loop.run(0.01);
        assertThat(timing.amount() % BATCH).isEqualTo(0, offset(0.0));
        assertThat(timing.amount()).isPositive();
        assertThat(timing.seconds()).isPositive();
      }
    }
  }
}
