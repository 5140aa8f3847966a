package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.net.PyTorch;
import io.flinklm.net.PyTorch.GradientMode;
import io.flinklm.net.TorchScript;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LossMemoryTest {

  /** The engine reads what Java owns: what a gradient needs must outlive a garbage collection. */
  @Test
  void gradientsAreTheSameWhenGarbageIsCollectedBeforeThem() throws InterruptedException {
    float[] expected = new float[64];
    Arrays.fill(expected, 1 + 2 * 2f / 64);
    try (NDManager scope = PyTorch.newManager(Device.cpu());
        GradientMode mode = GradientMode.on()) {
      NDArray raw = scope.ones(new Shape(4, 4, 4));
      raw.setRequiresGradient(true);
      Regularizer regularizer = new Regularizer(2, 1);
      TorchScript script = StepFunctions.load(scope);
      Loss loss =
          new Loss(
              new Term(raw, raw.sum(), scope.ones(raw.getShape())),
              regularizer.activation(raw, script, scope),
              regularizer.temporalActivation(raw, script, scope),
              scope.zeros(new Shape()));
      for (int i = 0; i < 3; i++) {
        System.gc();
        Thread.sleep(50);
      }
      loss.backward();
      assertThat(raw.getGradient().toFloatArray()).containsExactly(expected);
    }
  }
}
