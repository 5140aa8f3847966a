package io.flinklm.weights;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.TorchScript;
import java.nio.ByteBuffer;

/**
 * What replicas exchange of a model: the values of all parameters in their fixed order, and with
 * moments all means and then all variances, one behind the other in one tensor {@code [values]} of
 * the processor's memory. Its bytes are what is sent: little-endian float32, tensor by tensor, row
 * by row.
 *
 * <p>It lies in the engine's memory and not in Java's heap, since it is as large as the model and
 * stays from round to round: Java would copy it each time it collects garbage. Not thread safe.
 */
public final class ExchangedWeights implements AutoCloseable {
  private final boolean moments;
  private final NDManager manager;
  private final NDArray values;
  private final ByteBuffer bytes;

  private ExchangedWeights(long count, boolean moments) {
    this.moments = moments;
    this.manager = PyTorch.newManager(Device.cpu());
    this.values = manager.zeros(new Shape(count), DataType.FLOAT32);
    this.bytes = values.toByteBuffer(true);
  }

  /**
   * Room for what replicas exchange of a model.
   *
   * @param weights of the model
   * @param moments whether the optimizer's moments are exchanged too
   */
  public static ExchangedWeights roomFor(Weights weights, boolean moments) {
    long count = weights.exchanged(moments).stream().mapToLong(NDArray::size).sum();
    return new ExchangedWeights(count, moments);
  }

  /** Its bytes, where they lie; each call gives a buffer with a position of its own. */
  public ByteBuffer bytes() {
    return bytes.duplicate().clear().order(LITTLE_ENDIAN);
  }

  /** Takes the values that weights have now. */
  public void take(Weights weights) {
    ByteBuffer into = bytes();
    weights.exchanged(moments).forEach(part -> into.put(part.toByteBuffer(true)));
  }

  /** Gives weights its values. */
  public void putInto(Weights weights, TorchScript script, NDManager scope) {
    NDList parts = weights.exchanged(moments);
    NDList others = new NDList();
    long next = 0;
    for (NDArray part : parts) {
      NDArray run = values.get(scope, new NDIndex("{}:{}", next, next + part.size()));
      others.add(run.reshape(part.getShape()));
      next += part.size();
    }
    script.call(scope, "replace", parts, others);
  }

  /** Makes it a share of itself. */
  public void scale(double share) {
    values.muli(share);
  }

  /** Adds another one. */
  public void add(ExchangedWeights other) {
    values.addi(other.values);
  }

  @Override
  public void close() {
    manager.close();
  }
}
