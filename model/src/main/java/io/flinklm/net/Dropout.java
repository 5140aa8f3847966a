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

  /**
   * Where in the model something is dropped.
   *
   * @param name the same in every step
   * @param ofRows whether the first dimension of its masks are the rows of the batch
   */
  record Place(String name, boolean ofRows) {
    /** Where activations are dropped, {@code [batch, ...]}: each row has decisions of its own. */
    static Place ofRows(String name) {
      return new Place(name, true);
    }

    /** Where parameters are dropped: the same ones for all rows of a batch. */
    static Place ofParameters(String name) {
      return new Place(name, false);
    }
  }

  /** Drops nothing: validation and prediction. */
  Dropout NONE = (shape, probability, place, manager) -> Optional.empty();

  /**
   * What activations are multiplied with, 0 or 1/(1-p); empty if none are dropped.
   *
   * @param shape of the mask
   * @param probability with which each is dropped, in [0, 1)
   * @param place where in the model
   * @param manager of the mask
   */
  Optional<NDArray> mask(Shape shape, double probability, Place place, NDManager manager);

  /**
   * Drops activations.
   *
   * @param activations of any shape
   * @param maskShape one decision for each of its elements; where it is 1, the decision holds for
   *     all of that dimension
   * @param probability with which each is dropped, in [0, 1)
   * @param place where in the model
   */
  default NDArray apply(NDArray activations, Shape maskShape, double probability, Place place) {
    return mask(maskShape, probability, place, activations.getManager())
        .map(activations::mul)
        .orElse(activations);
  }

  /** Drops activations, each by a decision of its own. */
  default NDArray apply(NDArray activations, double probability, Place place) {
    return apply(activations, activations.getShape(), probability, place);
  }

  /** The dropout of one training step. */
  static Dropout of(long seed, long step) {
    return of(seed, step, 0);
  }

  /**
   * The dropout of some rows of a training step's batch: what {@link #of(long, long)} drops of
   * them, whatever rows there are beside them.
   *
   * @param firstRow of the batch that is the first of these
   */
  static Dropout of(long seed, long step, int firstRow) {
    return (shape, probability, place, manager) -> {
      if (probability == 0) {
        return Optional.empty();
      }
      RandomStream random = new RandomStream(seed, step, "dropout " + place.name);
      long before = place.ofRows ? firstRow * (shape.size() / shape.get(0)) : 0;
      random.skip(before / 2);
      return Optional.of(mask(shape, probability, random, before % 2 == 1, manager));
    };
  }

  // Two decisions of 32 bits come from each draw, and without a branch, which no processor could
  // foresee: this runs once for each activation of each step. They go into the engine's own memory
  // block by block, because buffers are slow to write to one by one. The first draw's first
  // decision may belong to the row before.
  private static NDArray mask(
      Shape shape,
      double probability,
      RandomStream random,
      boolean beginsInsideDraw,
      NDManager manager) {
    NDArray mask = manager.create(shape, DataType.FLOAT32, Device.cpu());
    IntBuffer values = mask.toByteBuffer(true).order(ByteOrder.nativeOrder()).asIntBuffer();
    int kept = Float.floatToRawIntBits((float) (1 / (1 - probability)));
    long threshold = (long) (probability * 0x1p32);
    int[] block = new int[1024];
    int from = beginsInsideDraw ? 1 : 0;
    while (values.hasRemaining()) {
      int end = Math.min(block.length, from + values.remaining());
      for (int i = 0; i < end; i += 2) {
        long bits = random.nextLong();
        // All ones where the decision is to drop.
        block[i] = kept & ~(int) (((bits >>> 32) - threshold) >> 63);
        block[i + 1] = kept & ~(int) (((bits & 0xFFFFFFFFL) - threshold) >> 63);
      }
      values.put(block, from, end - from);
      from = 0;
    }
    return mask.toDevice(manager.getDevice(), false);
  }
}
