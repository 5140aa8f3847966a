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
  Dropout NONE = (activations, probability, place) -> activations;

  /**
   * Drops activations.
   *
   * @param activations of any shape
   * @param probability with which each is dropped, in [0, 1)
   * @param place where in the model, the same in every step
   */
  NDArray apply(NDArray activations, double probability, String place);

  /** The dropout of one training step. */
  static Dropout of(long seed, long step) {
    return (activations, probability, place) ->
        probability == 0
            ? activations
            : activations.mul(
                mask(activations, probability, new RandomStream(seed, step, "dropout " + place)));
  }

  private static NDArray mask(NDArray activations, double probability, RandomStream random) {
    Shape shape = activations.getShape();
    float kept = (float) (1 / (1 - probability));
    // Two decisions of 32 bits from each draw: this runs once for each activation of each step.
    long threshold = (long) (probability * 0x1p32);
    float[] mask = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < mask.length; ) {
      long bits = random.nextLong();
      mask[i++] = (bits >>> 32) < threshold ? 0 : kept;
      if (i < mask.length) {
        mask[i++] = (bits & 0xFFFFFFFFL) < threshold ? 0 : kept;
      }
    }
    return activations.getManager().create(FloatBuffer.wrap(mask), shape);
  }
}
