package io.flinklm.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.flinklm.UserMistake;
import io.flinklm.engine.PyTorch.GradientMode;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PyTorchTest {
  private final NDManager manager = PyTorch.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void computesGradients() {
    NDArray x = manager.create(new float[] {1, 2, 3});
    try (GradientMode mode = GradientMode.on()) {
      x.setRequiresGradient(true);
      PyTorch.backward(x.square().sum());
    }

    assertThat(x.getGradient().toFloatArray()).containsExactly(2, 4, 6);
  }

  @Test
  void buildsNoGraphWhereGradientsAreOff() {
    NDArray x = manager.create(new float[] {1, 2, 3});
    x.setRequiresGradient(true);
    try (GradientMode mode = GradientMode.off()) {
      assertThat(x.square().hasGradient()).isFalse();
    }
  }

  @Test
  void gradientModesNestAndEnd() {
    boolean before = JniUtils.isGradMode();
    try (GradientMode off = GradientMode.off()) {
      assertThat(JniUtils.isGradMode()).isFalse();
      try (GradientMode on = GradientMode.on()) {
        assertThat(JniUtils.isGradMode()).isTrue();
      }
      assertThat(JniUtils.isGradMode()).isFalse();
    }
    assertThat(JniUtils.isGradMode()).isEqualTo(before);
  }

  @Test
  void computesOnOneThreadAndStaysOffTheNetworkUnlessToldOtherwise() {
    assertThat(System.getProperty("ai.djl.pytorch.num_threads")).isEqualTo("1");
    assertThat(System.getProperty("ai.djl.pytorch.num_interop_threads")).isEqualTo("1");
    assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
  }

  @Test
  void eachThreadHasItsOwnNumberOfEngineThreads() throws Exception {
    PyTorch.computeWith(2);
    try {
      AtomicInteger elsewhere = new AtomicInteger();
      Thread other =
          new Thread(
              () -> {
                PyTorch.newManager(Device.cpu()).close();
                elsewhere.set(JniUtils.getNumThreads());
              });
      other.start();
      other.join();

      assertThat(elsewhere).hasValue(1);
      assertThat(JniUtils.getNumThreads()).isEqualTo(2);
    } finally {
      PyTorch.computeWith(1);
    }
  }

  @Test
  void closingAManagerFreesWhatItHolds() {
    NDManager scope = manager.newSubManager();
    NDArray array = scope.create(new float[] {1});

    scope.close();

    assertThatThrownBy(array::toFloatArray).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDeviceIsKnownByItsName() {
    assertThat(PyTorch.device(DeviceChoice.of("cpu"))).isEqualTo(Device.cpu());
    assertThat(PyTorch.device(DeviceChoice.of("gpu"))).isEqualTo(Device.gpu());
    assertThat(PyTorch.device(DeviceChoice.of("auto"))).isIn(Device.cpu(), Device.gpu());
    assertThatThrownBy(() -> DeviceChoice.of("tpu"))
        .isInstanceOf(UserMistake.class)
        .hasMessage("--device is auto, cpu or gpu, not 'tpu'");
  }

  @Test
  void aGpuThatIsNotThereIsRefused() {
    assumeTrue(Engine.getEngine("PyTorch").getGpuCount() == 0);

    assertThatThrownBy(() -> PyTorch.newManager(Device.gpu()))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("no GPU is available to the engine; use --device cpu");
  }
}
