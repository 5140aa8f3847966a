package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.ProductRate;
import io.flinklm.engine.PyTorch;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.ModelKind;
import io.flinklm.net.NetConfig;
import io.flinklm.weights.Weights;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StepCostTest {
  private static StepCost cost(ModelKind kind, int vocabulary, int hidden, int layers) {
    return new StepCost(new NetConfig(kind.label(), vocabulary, hidden, layers, 0), 8, 3, 1);
  }

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void parametersAreThoseOfTheWeights(ModelKind kind) {
    int layers = kind.isLayered() ? 3 : 1;
    for (StepCost cost : new StepCost[] {cost(kind, 30, 8, 1), cost(kind, 101, 20, layers)}) {
      try (NDManager manager = PyTorch.newManager(Device.cpu())) {
        Weights weights = Weights.initial(LanguageModels.of(cost.net()), 0, manager);
        long numbers = weights.tensors().stream().mapToLong(of -> of.value().size()).sum();
        assertThat(cost.parameters()).isEqualTo(numbers);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ModelKind.class)
  void moreTakesMoreMemoryAndTime(ModelKind kind) {
    StepCost small = cost(kind, 30, 64, 1);
    for (StepCost large : new StepCost[] {cost(kind, 3_000, 64, 1), cost(kind, 30, 256, 1)}) {
      assertThat(large.engineBytes()).isGreaterThan(small.engineBytes());
      assertThat(large.tokensPerSecond(1e11)).isLessThan(small.tokensPerSecond(1e11));
    }
    assertThat(small.tokensPerSecond(1e11)).isLessThan(small.tokensPerSecond(2e11));
  }

  @Test
  void eachShardTakesMemory() {
    StepCost one = cost(ModelKind.LMMODEL7, 30, 1024, 2);
    StepCost two = new StepCost(one.net(), 8, 3, 2);
    StepCost four = new StepCost(one.net(), 8, 3, 4);

    // Measured: 140 to 234 MiB, and 289 to 383.
    assertThat((two.engineBytes() - one.engineBytes()) / (1 << 20)).isBetween(190.0, 240.0);
    assertThat((four.engineBytes() - one.engineBytes()) / (1 << 20)).isBetween(340.0, 390.0);
  }

  @Test
  void eachReplicaHasWeightsAndStepsOfItsOwn() {
    StepCost one = cost(ModelKind.LMMODEL7, 30, 1024, 2);
    StepCost four = new StepCost(one.net(), 8, 3, 1, 4);

    assertThat(four.parameters()).isEqualTo(one.parameters());
    assertThat(four.engineBytes() - one.engineBytes())
        .isCloseTo((3 * 40.0 + 4 * 24) * one.parameters(), within(1.0));
    assertThat(four.tokensPerSecond(1e11)).isLessThan(one.tokensPerSecond(1e11));
  }

  @Test
  void theMachineIsMeasuredInAMoment() {
    ProductRate.measure(Device.cpu(), 1);
    long start = System.nanoTime();

    assertThat(ProductRate.measure(Device.cpu(), 1)).isBetween(1e8, 1e14);
    // It is less than 50 ms; the machine may have other work.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
  }
}
