package io.flinklm.net;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sets activations to zero at random while training and scales the others by 1/(1-p): the chapter's
 * {@code Dropout} from scratch (Srivastava et al. 2014). Its masks come from the named stream
 * (seed, step, place) and never from the engine's generator.
 */
@FunctionalInterface
public interface Dropout {

  /** Drops nothing: validation and prediction. */
  Dropout NONE = (activations, maskShape, probability, place) -> activations;

  /**
   * Drops activations.
   *
   * @param activations of any shape
   * @param maskShape one decision for each of its elements; where it is 1, the decision holds for
   *     all of that dimension
   * @param probability with which each is dropped, in [0, 1)
   * @param place where in the model, the same in every step
   */
  NDArray apply(NDArray activations, Shape maskShape, double probability, String place);

  /** Drops activations, each by a decision of its own. */
  default NDArray apply(NDArray activations, double probability, String place) {
    return apply(activations, activations.getShape(), probability, place);
  }

  /** The dropout of one training step. */
  static Dropout of(long seed, long step) {
    return (activations, maskShape, probability, place) -> {
      if (probability == 0) {
        return activations;
      }
      RandomStream random = new RandomStream(seed, step, "dropout " + place);
      return activations.mul(mask(maskShape, probability, random, activations.getManager()));
    };
  }

  // Written into the engine's own memory, without a copy. Two decisions of 32 bits come from each
  // draw, and without a branch, which no processor could foresee: this runs once for each
  // activation of each step.
  private static NDArray mask(
      Shape shape, double probability, RandomStream random, NDManager manager) {
    NDArray mask = manager.create(shape, DataType.FLOAT32, Device.cpu());
    ByteBuffer values = mask.toByteBuffer(true).order(ByteOrder.LITTLE_ENDIAN);
    long kept = Float.floatToRawIntBits((float) (1 / (1 - probability)));
    long threshold = (long) (probability * 0x1p32);
    int pairs = values.capacity() / Long.BYTES;
    for (int i = 0; i < pairs; i++) {
      long bits = random.nextLong();
      // All ones where the decision is to drop.
      long first = ((bits >>> 32) - threshold) >> 63;
      long second = ((bits & 0xFFFFFFFFL) - threshold) >> 63;
      values.putLong(i * Long.BYTES, (kept & ~first) | (kept & ~second) << 32);
    }
    if (pairs * Long.BYTES < values.capacity()) {
      long last = ((random.nextLong() >>> 32) - threshold) >> 63;
      values.putInt(pairs * Long.BYTES, (int) (kept & ~last));
    }
    return mask.toDevice(manager.getDevice(), false);
  }
}
