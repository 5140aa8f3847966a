package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;
import io.flinklm.engine.TorchScript;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegularizerTest {
  private final NDManager manager = PyTorch.newManager(Device.cpu());
  private final TorchScript script = StepFunctions.load(manager);

  // Two lanes, three tokens, two activations each.
  private final NDArray activations =
      manager.create(new float[] {1, 2, 3, 5, 0, 1, -1, 0, 2, 2, 2, -4}, new Shape(2, 3, 2));

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void activationsArePenalizedByTheirMeanSquare() {
    // 1 + 4 + 9 + 25 + 0 + 1 + 1 + 0 + 4 + 4 + 4 + 16 = 69, of 12.
    NDArray penalty =
        new Regularizer(2, 1).activation(activations, script, manager).orElseThrow().value();

    assertThat(penalty.getFloat()).isCloseTo(2 * 69 / 12f, within(1e-6f));
  }

  @Test
  void changesFromTokenToTokenArePenalizedInsideALane() {
    // (2, 3), (-3, -4); (3, 2), (0, -6): 4 + 9 + 9 + 16 + 9 + 4 + 0 + 36 = 87, of 8.
    NDArray penalty =
        new Regularizer(2, 3)
            .temporalActivation(activations, script, manager)
            .orElseThrow()
            .value();

    assertThat(penalty.getFloat()).isCloseTo(3 * 87 / 8f, within(1e-5f));
  }

  @Test
  void activationsThatStayAreNotPenalizedInTime() {
    NDArray penalty =
        new Regularizer(2, 1)
            .temporalActivation(manager.ones(new Shape(2, 3, 2)), script, manager)
            .orElseThrow()
            .value();

    assertThat(penalty.getFloat()).isZero();
  }

  @Test
  void aRegularizerOfZeroPenalizesNothing() {
    Regularizer none = new Regularizer(0, 0);

    assertThat(none.activation(activations, script, manager)).isEmpty();
    assertThat(none.temporalActivation(activations, script, manager)).isEmpty();
  }

  @Test
  void aWindowOfOneTokenHasNoChangeToPenalize() {
    assertThat(
            new Regularizer(2, 1)
                .temporalActivation(manager.ones(new Shape(2, 1, 2)), script, manager))
        .isEmpty();
  }

  @Test
  void itsGradientsAreThoseThatTheEngineFinds() {
    Regularizer regularizer = new Regularizer(2, 3);
    NDArray activation =
        regularizer.activation(activations, script, manager).orElseThrow().gradient();
    NDArray temporal =
        regularizer.temporalActivation(activations, script, manager).orElseThrow().gradient();

    assertClose(activation, gradient(x -> x.square().mean().mul(manager.create(2f))));
    assertClose(
        temporal,
        gradient(
            x ->
                x.get(new NDIndex(":, 1:"))
                    .sub(x.get(new NDIndex(":, :-1")))
                    .square()
                    .mean()
                    .mul(manager.create(3f))));
  }

  private NDArray gradient(UnaryOperator<NDArray> penalty) {
    try (GradientMode mode = GradientMode.on()) {
      NDArray leaf = activations.duplicate();
      leaf.setRequiresGradient(true);
      PyTorch.backward(penalty.apply(leaf));
      return leaf.getGradient();
    }
  }

  private static void assertClose(NDArray found, NDArray expected) {
    assertThat(found.getShape()).isEqualTo(expected.getShape());
    float[] values = expected.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      assertThat(found.toFloatArray()[i]).isCloseTo(values[i], within(1e-6f));
    }
  }
}
