package io.flinklm.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.TorchScript;
import io.flinklm.net.Backpropagation.OutputGradients;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LossMemoryTest {

  /** The engine reads what Java owns: what a gradient needs must outlive a garbage collection. */
  @Test
  void gradientsAreTheSameWhenGarbageIsCollectedBeforeThem() throws InterruptedException {
    float[] expected = new float[64];
    Arrays.fill(expected, 2 * 2f / 64);
    try (NDManager scope = PyTorch.newManager(Device.cpu())) {
      NDArray activations = scope.ones(new Shape(4, 4, 4));
      Regularizer regularizer = new Regularizer(2, 1);
      TorchScript script = StepFunctions.load(scope);
      Loss loss =
          new Loss(
              new Term(activations.sum(), scope.ones(activations.getShape())),
              regularizer.activation(activations, script, scope),
              regularizer.temporalActivation(activations, script, scope),
              scope.zeros(new Shape()));
      for (int i = 0; i < 3; i++) {
        System.gc();
        Thread.sleep(50);
      }
      OutputGradients gradients = loss.gradients();
      assertThat(gradients.logits().toFloatArray()).containsOnly(1);
      assertThat(gradients.dropped().orElseThrow().toFloatArray()).containsExactly(expected);
      assertThat(gradients.raw().orElseThrow().toFloatArray()).containsOnly(0);
    }
  }
}
