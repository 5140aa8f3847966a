package io.flinklm.bench.speed;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.bench.measure.Contestant;
import io.flinklm.bench.measure.Timing;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;

/**
 * The most that the engine gets out of this machine: products of large square matrices of float32,
 * one after the other. Its amount is in floating point operations.
 */
final class MatrixProducts implements Contestant {
  private static final long SIZE = 1024;
  private static final double FLOP = 2.0 * SIZE * SIZE * SIZE;

  private final NDManager manager;
  private final NDArray left;
  private final NDArray right;

  /** Makes two matrices. */
  MatrixProducts() {
    manager = PyTorch.newManager(Device.cpu());
    left = manager.ones(new Shape(SIZE, SIZE));
    right = manager.ones(new Shape(SIZE, SIZE));
  }

  @Override
  public Timing run(double seconds) {
    try (GradientMode mode = GradientMode.off()) {
      return Timing.repeating(FLOP, seconds, () -> left.matMul(right).close());
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
