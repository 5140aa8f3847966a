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
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
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
  private final long count;
  private final boolean moments;
  private final NDManager manager;
  private final NDArray values;
  private final ByteBuffer bytes;

  private ExchangedWeights(long count, boolean moments) {
    this.count = count;
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

  /**
   * Room for what replicas exchange of a model.
   *
   * @param net shape of the model
   * @param moments whether the optimizer's moments are exchanged too
   */
  public static ExchangedWeights roomFor(NetConfig net, boolean moments) {
    long parameters = LanguageModels.of(net).parameterCount();
    return new ExchangedWeights(moments ? 3 * parameters : parameters, moments);
  }

  /** How many values it has. */
  public long count() {
    return count;
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
      others.add(run(next, next + part.size(), scope).reshape(part.getShape()));
      next += part.size();
    }
    script.call(scope, "replace", parts, others);
  }

  /**
   * Makes a run of its values a share of themselves.
   *
   * @param from first value of the run
   * @param end value behind its last
   */
  public void scale(double share, long from, long end) {
    try (NDManager scope = manager.newSubManager()) {
      run(from, end, scope).muli(share);
    }
  }

  /**
   * Adds another one's values to a run of its own.
   *
   * @param from first value of the run
   * @param end value behind its last
   */
  public void add(ExchangedWeights other, long from, long end) {
    try (NDManager scope = manager.newSubManager()) {
      run(from, end, scope).addi(other.run(from, end, scope));
    }
  }

  private NDArray run(long from, long end, NDManager scope) {
    return values.get(scope, new NDIndex("{}:{}", from, end));
  }

  @Override
  public void close() {
    manager.close();
  }
}
