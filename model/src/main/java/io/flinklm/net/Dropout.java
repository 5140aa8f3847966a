package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;

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
      float[] mask = mask(Math.toIntExact(maskShape.size()), probability, random);
      return activations.mul(activations.getManager().create(FloatBuffer.wrap(mask), maskShape));
    };
  }

  private static float[] mask(int size, double probability, RandomStream random) {
    float kept = (float) (1 / (1 - probability));
    // Two decisions of 32 bits from each draw: this runs once for each activation of each step.
    long threshold = (long) (probability * 0x1p32);
    float[] mask = new float[size];
    for (int i = 0; i < size; ) {
      long bits = random.nextLong();
      mask[i++] = (bits >>> 32) < threshold ? 0 : kept;
      if (i < size) {
        mask[i++] = (bits & 0xFFFFFFFFL) < threshold ? 0 : kept;
      }
    }
    return mask;
  }
}
