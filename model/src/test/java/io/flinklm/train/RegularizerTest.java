package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.net.PyTorch;
import io.flinklm.net.PyTorch.GradientMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegularizerTest {
  private final NDManager manager = PyTorch.newManager(Device.cpu());

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
    NDArray penalty = new Regularizer(2, 1).activation(activations, manager);

    assertThat(penalty.getFloat()).isCloseTo(2 * 69 / 12f, within(1e-6f));
  }

  @Test
  void changesFromTokenToTokenArePenalizedInsideALane() {
    // (2, 3), (-3, -4); (3, 2), (0, -6): 4 + 9 + 9 + 16 + 9 + 4 + 0 + 36 = 87, of 8.
    NDArray penalty = new Regularizer(2, 3).temporalActivation(activations, manager);

    assertThat(penalty.getFloat()).isCloseTo(3 * 87 / 8f, within(1e-5f));
  }

  @Test
  void activationsThatStayAreNotPenalizedInTime() {
    NDArray penalty =
        new Regularizer(2, 1).temporalActivation(manager.ones(new Shape(2, 3, 2)), manager);

    assertThat(penalty.getFloat()).isZero();
  }

  @Test
  void aRegularizerOfZeroPenalizesNothing() {
    Regularizer none = new Regularizer(0, 0);

    assertThat(none.activation(activations, manager).getFloat()).isZero();
    assertThat(none.temporalActivation(activations, manager).getFloat()).isZero();
  }

  @Test
  void itsGradientsPullActivationsTowardsZeroAndTowardsTheirNeighbours() {
    try (GradientMode mode = GradientMode.on()) {
      activations.setRequiresGradient(true);
      Regularizer regularizer = new Regularizer(1, 1);
      PyTorch.backward(
          regularizer
              .activation(activations, manager)
              .add(regularizer.temporalActivation(activations, manager)));
    }

    // Of the first value: 2 * 1 / 12 - 2 * (3 - 1) / 8.
    assertThat(activations.getGradient().toFloatArray()[0]).isCloseTo(-1 / 3f, within(1e-6f));
  }
}
