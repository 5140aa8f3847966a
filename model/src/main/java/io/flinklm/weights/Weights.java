package io.flinklm.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.Blob;
import io.flinklm.Blob.RefusedException;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.Parameter;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a language model with the optimizer's moments and the number of steps done: one
 * indivisible thing, kept where the engine is. Not thread safe.
 */
public final class Weights {
  private final List<Trained> tensors;
  private final Map<String, String> ties;
  private long step;

  private Weights(List<Trained> tensors, LanguageModel model, long step) {
    this.tensors = tensors;
    this.ties = model.ties();
    this.step = step;
  }

  /**
   * A parameter with its state.
   *
   * @param parameter name, shape and whether it decays
   * @param value of the parameter
   * @param mean of its gradients, the first moment
   * @param variance of its gradients, the second moment, not centered
   */
  public record Trained(Parameter parameter, NDArray value, NDArray mean, NDArray variance) {}

  /** Weights before the first step, drawn from the seed, moments zero. */
  public static Weights initial(LanguageModel model, long seed, NDManager manager) {
    List<Trained> tensors = new ArrayList<>();
    for (Parameter parameter : model.parameters()) {
      Shape shape = parameter.shape();
      NDArray value =
          TensorBytes.owned(manager.create(FloatBuffer.wrap(parameter.initialValues(seed)), shape));
      tensors.add(new Trained(parameter, value, manager.zeros(shape), manager.zeros(shape)));
    }
    return new Weights(tensors, model, 0);
  }

  /**
   * Weights before the first step of a training that starts where another ended: its parameters,
   * moments zero.
   *
   * @param values of all parameters by name; copied, so that they may be closed
   */
  public static Weights startingFrom(
      Map<String, NDArray> values, LanguageModel model, NDManager manager) {
    List<Trained> tensors = new ArrayList<>();
    for (Parameter parameter : model.parameters()) {
      Shape shape = parameter.shape();
      NDArray given = values.get(parameter.name());
      if (given == null || !given.getShape().equals(shape)) {
        throw new IllegalArgumentException("expected " + parameter.name() + " " + shape);
      }
      NDArray value = TensorBytes.create(given.toByteBuffer(), shape, manager);
      tensors.add(new Trained(parameter, value, manager.zeros(shape), manager.zeros(shape)));
    }
    return new Weights(tensors, model, 0);
  }

  /** The parameters with their moments, in their fixed order. */
  public List<Trained> tensors() {
    return tensors;
  }

  /** Steps done. */
  public long step() {
    return step;
  }

  /** Counts a step. */
  public void stepDone() {
    step++;
  }

  /** The parameters' values by name, in their fixed order; views, not copies. */
  public Map<String, NDArray> parameters() {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    tensors.forEach(t -> parameters.put(t.parameter.name(), t.value));
    return parameters;
  }

  /**
   * SHA-256 over the values of all parameters in their fixed order, as little-endian float32, row
   * by row: two models that agree in it agree in every bit.
   */
  public String sha256() {
    return TensorBytes.sha256(tensors.stream().map(t -> t.value.toByteBuffer(true)).toList());
  }

  /**
   * The parameters by all names that PyTorch has for them, as the bytes of a safetensors file;
   * without moments and step.
   */
  public byte[] toSafetensors() {
    Map<String, NDArray> values = parameters();
    ties.forEach((alias, name) -> values.put(alias, values.get(name)));
    return Safetensors.write(values);
  }

  /**
   * The same with each parameter once, by its own name: for weights on their way, since a tied
   * matrix is often the larger part of a model.
   */
  public byte[] toSafetensorsOnce() {
    return Safetensors.write(parameters());
  }

  /** Goes on as if so many steps were done. */
  public void goOnAt(long steps) {
    step = steps;
  }

  /**
   * What replicas exchange, where it lives: the values of all parameters in their fixed order, and
   * with moments all means and then all variances.
   */
  NDList exchanged(boolean moments) {
    NDList parts = new NDList();
    tensors.forEach(t -> parts.add(t.value));
    if (moments) {
      tensors.forEach(t -> parts.add(t.mean));
      tensors.forEach(t -> parts.add(t.variance));
    }
    return parts;
  }

  /** Writes all of it: steps, then for each parameter name, shape, value, mean and variance. */
  public void write(DataOutputStream out) throws IOException {
    byte[] piece = new byte[TensorBytes.PIECE];
    out.writeLong(step);
    out.writeInt(tensors.size());
    for (Trained t : tensors) {
      write(t.parameter, out);
      for (NDArray part : List.of(t.value, t.mean, t.variance)) {
        TensorBytes.write(part, piece, out);
      }
    }
  }

  /** How many bytes {@link #write} writes. */
  public long bytes() {
    long values = tensors.stream().mapToLong(t -> t.parameter.shape().size()).sum();
    return 3 * Float.BYTES * values + Blob.count(this::writeWithoutValues);
  }

  private void writeWithoutValues(DataOutputStream out) throws IOException {
    out.writeLong(step);
    out.writeInt(tensors.size());
    for (Trained t : tensors) {
      write(t.parameter, out);
    }
  }

  private static void write(Parameter parameter, DataOutputStream out) throws IOException {
    out.writeUTF(parameter.name());
    out.writeInt(parameter.shape().dimension());
    for (long size : parameter.shape().getShape()) {
      out.writeLong(size);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws RefusedException if it belongs to another model or shape
   */
  public static Weights read(DataInputStream in, LanguageModel model, NDManager manager)
      throws IOException {
    long step = in.readLong();
    List<Parameter> parameters = model.parameters();
    int count = in.readInt();
    if (count != parameters.size()) {
      throw new RefusedException(
          "the model has " + parameters.size() + " parameters, the state holds " + count);
    }
    List<Trained> tensors = new ArrayList<>();
    for (Parameter parameter : parameters) {
      String name = in.readUTF();
      long[] sizes = new long[in.readInt()];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = in.readLong();
      }
      Shape shape = new Shape(sizes);
      if (!name.equals(parameter.name()) || !shape.equals(parameter.shape())) {
        throw new RefusedException(
            "expected the parameter "
                + parameter.name()
                + " "
                + parameter.shape()
                + ", found "
                + name
                + " "
                + shape);
      }
      NDArray value = TensorBytes.read(in, shape, manager);
      NDArray mean = TensorBytes.read(in, shape, manager);
      tensors.add(new Trained(parameter, value, mean, TensorBytes.read(in, shape, manager)));
    }
    return new Weights(tensors, model, step);
  }
}
