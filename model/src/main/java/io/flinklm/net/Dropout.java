package io.flinklm.net;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.RandomStream;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Optional;

/**
 * Sets activations to zero at random while training and scales the others by 1/(1-p): the chapter's
 * {@code Dropout} from scratch (Srivastava et al. 2014). Its masks come from the named stream
 * (seed, step, place) and never from the engine's generator.
 */
@FunctionalInterface
public interface Dropout {

  /** Drops nothing: validation and prediction. */
  Dropout NONE = (shape, probability, place, manager) -> Optional.empty();

  /**
   * What activations are multiplied with, 0 or 1/(1-p); empty if none are dropped.
   *
   * @param shape of the mask
   * @param probability with which each is dropped, in [0, 1)
   * @param place where in the model, the same in every step
   * @param manager of the mask
   */
  Optional<NDArray> mask(Shape shape, double probability, String place, NDManager manager);

  /**
   * Drops activations.
   *
   * @param activations of any shape
   * @param maskShape one decision for each of its elements; where it is 1, the decision holds for
   *     all of that dimension
   * @param probability with which each is dropped, in [0, 1)
   * @param place where in the model, the same in every step
   */
  default NDArray apply(NDArray activations, Shape maskShape, double probability, String place) {
    return mask(maskShape, probability, place, activations.getManager())
        .map(activations::mul)
        .orElse(activations);
  }

  /** Drops activations, each by a decision of its own. */
  default NDArray apply(NDArray activations, double probability, String place) {
    return apply(activations, activations.getShape(), probability, place);
  }

  /** The dropout of one training step. */
  static Dropout of(long seed, long step) {
    return (shape, probability, place, manager) ->
        probability == 0
            ? Optional.empty()
            : Optional.of(
                mask(
                    shape, probability, new RandomStream(seed, step, "dropout " + place), manager));
  }

  // Two decisions of 32 bits come from each draw, and without a branch, which no processor could
  // foresee: this runs once for each activation of each step. They go into the engine's own memory
  // block by block, because buffers are slow to write to one by one.
  private static NDArray mask(
      Shape shape, double probability, RandomStream random, NDManager manager) {
    NDArray mask = manager.create(shape, DataType.FLOAT32, Device.cpu());
    IntBuffer values = mask.toByteBuffer(true).order(ByteOrder.nativeOrder()).asIntBuffer();
    int kept = Float.floatToRawIntBits((float) (1 / (1 - probability)));
    long threshold = (long) (probability * 0x1p32);
    int[] block = new int[1024];
    while (values.hasRemaining()) {
      int size = Math.min(block.length, values.remaining());
      for (int i = 0; i < size; i += 2) {
        long bits = random.nextLong();
        // All ones where the decision is to drop.
        block[i] = kept & ~(int) (((bits >>> 32) - threshold) >> 63);
        block[i + 1] = kept & ~(int) (((bits & 0xFFFFFFFFL) - threshold) >> 63);
      }
      values.put(block, 0, size);
    }
    return mask.toDevice(manager.getDevice(), false);
  }
}
