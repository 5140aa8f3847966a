package io.flinklm.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch.GradientMode;

/**
 * How fast this machine multiplies matrices of float32: floating point operations a second. It is
 * what an estimate of a training's speed is made of, and no benchmark: it takes some 25 ms.
 */
public final class ProductRate {
  private static final long SIZE = 256;
  private static final double FLOP = 2.0 * SIZE * SIZE * SIZE;
  private static final long NANOS = 20_000_000;
  private static final double NANOS_A_SECOND = 1e9;

  private ProductRate() {}

  /**
   * Measures it on this thread, with so many of the engine's threads, and computes with one
   * afterwards.
   */
  public static double measure(Device device, int engineThreads) {
    try (NDManager manager = PyTorch.newManager(device);
        GradientMode mode = GradientMode.off()) {
      PyTorch.computeWith(engineThreads);
      NDArray matrix = manager.ones(new Shape(SIZE, SIZE));
      return FLOP * NANOS_A_SECOND / fastest(matrix);
    } finally {
      PyTorch.computeWith(1);
    }
  }

  // Of many the fastest one: the first are slow, and a machine with other work is counted free.
  private static long fastest(NDArray matrix) {
    long fastest = Long.MAX_VALUE;
    long start = System.nanoTime();
    long before = start;
    do {
      try (NDArray product = matrix.matMul(matrix);
          NDArray one = product.get(0, 0)) {
        // A GPU computes when it likes, unless somebody waits for a number.
        var unused = one.getFloat();
      }
      long now = System.nanoTime();
      fastest = Math.min(fastest, now - before);
      before = now;
    } while (before - start < NANOS);
    return fastest;
  }
}
