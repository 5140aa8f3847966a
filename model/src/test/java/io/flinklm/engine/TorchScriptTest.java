package io.flinklm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TorchScriptTest {
  private static final String SOURCE =
      """
      class Functions(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def twice(self: __torch__.Functions, x: Tensor) -> Tensor:
          return torch.mul(x, 2.)
        def both(self: __torch__.Functions, xs: List[Tensor], by: float) -> Tuple[Tensor, Tensor]:
          return (torch.mul(xs[0], by), torch.mul(xs[1], by))
        def double(self: __torch__.Functions, x: Tensor) -> NoneType:
          _0 = torch.mul_(x, 2.)
          return None
      """;

  private final NDManager manager = PyTorch.newManager(Device.cpu());
  private final NDArray x = manager.create(new float[] {1, 2});

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void functionsTakeAndGiveTensorsListsAndNumbers() {
    TorchScript script = TorchScript.load(SOURCE, manager);

    assertThat(script.call(manager, "twice", x).get(0).toFloatArray()).containsExactly(2, 4);
    NDList both = script.call(manager, "both", new NDList(x, x.add(x)), 0.5);
    assertThat(both.get(0).toFloatArray()).containsExactly(0.5f, 1);
    assertThat(both.get(1).toFloatArray()).containsExactly(1, 2);
    assertThat(script.call(manager, "double", x)).isEmpty();
    assertThat(x.toFloatArray()).containsExactly(2, 4);
  }

  @Test
  void whatTheyReturnBelongsToTheScopeAndNothingStays() {
    TorchScript script = TorchScript.load(SOURCE, manager);
    int before = manager.getManagedArrays().size();
    for (int i = 0; i < 100; i++) {
      try (NDManager scope = manager.newSubManager()) {
        script.call(scope, "both", new NDList(x, x), 2.0);
        assertThat(scope.getManagedArrays()).hasSize(2);
      }
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void whatIsNoTorchScriptIsRefusedByTheEngine() {
    assertThatThrownBy(
            () -> TorchScript.load(SOURCE.replace("torch.mul(x", "torch.mol(x"), manager))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("mol");
  }
}
