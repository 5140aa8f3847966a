package io.flinklm.net;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Locale;
import java.util.Map;

/**
 * How far what the engine computes is from what is right.
 *
 * @param of what differs
 * @param size of the difference, as a share of the norm of what is right
 */
record Difference(String of, double size) {
  static final Difference NONE = new Difference("nothing", 0);

  /** The largest that is still right. */
  static final double TOLERANCE = 1e-4;

  /** The largest difference between arrays of the same names. */
  static Difference between(Map<String, NDArray> found, Map<String, NDArray> expected) {
    Difference largest = NONE;
    for (Map.Entry<String, NDArray> of : found.entrySet()) {
      NDArray right = expected.get(of.getKey());
      NDArray given = of.getValue().toDevice(Device.cpu(), false);
      double differs = norm(given.toType(right.getDataType(), false).sub(right));
      // Where all that is right is zero, any difference is infinitely large, and none is none.
      largest = largest.or(new Difference(of.getKey(), differs == 0 ? 0 : differs / norm(right)));
    }
    return largest;
  }

  private static double norm(NDArray array) {
    return Math.sqrt(array.square().sum().toType(DataType.FLOAT64, false).getDouble());
  }

  boolean isRight() {
    return size <= TOLERANCE;
  }

  /** The larger of two; one that is no number is the largest. */
  Difference or(Difference other) {
    return Double.isNaN(size) || other.size <= size ? this : other;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s differ by %.2g of their size", of, size);
  }
}
