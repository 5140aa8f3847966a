package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flinklm.Blob.RefusedException;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.Parameter;
import io.flinklm.train.Safetensors.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weights of a {@link SavedModel} as they lie in their file: outside the engine, so that all of
 * them are known to be right before the first goes there.
 *
 * @param values of each parameter, in the order of the model
 */
public record SavedWeights(Map<Parameter, ByteBuffer> values) {

  /**
   * Takes a model's weights from the bytes of their file.
   *
   * @param sha256 as {@link Weights#sha256}
   * @throws RefusedException if the bytes are damaged, or not the weights of the model
   */
  public static SavedWeights of(byte[] file, LanguageModel model, String sha256) {
    SavedWeights weights = of(file, model);
    String found = weights.sha256();
    if (!found.equals(sha256)) {
      throw new RefusedException("expected values of the SHA-256 " + sha256 + ", found " + found);
    }
    return weights;
  }

  /**
   * Takes a model's weights from the bytes of their file, whatever their values.
   *
   * @throws RefusedException if the bytes are no such file, or not the weights of the model
   */
  public static SavedWeights of(byte[] file, LanguageModel model) {
    Map<String, Tensor> tensors = Safetensors.read(file);
    Map<String, Tensor> others = new LinkedHashMap<>(tensors);
    Map<Parameter, ByteBuffer> values = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      values.put(parameter, float32(parameter, others.remove(parameter.name())));
    }
    // A file from before aliases were saved has none.
    model.ties().forEach((alias, name) -> requireSame(alias, others.remove(alias), name, tensors));
    if (!others.isEmpty()) {
      throw new RefusedException(
          "the model has no parameter " + String.join(", ", others.keySet()));
    }
    return new SavedWeights(values);
  }

  /** As {@link Weights#sha256}. */
  public String sha256() {
    return Weights.sha256(values.values());
  }

  private static ByteBuffer float32(Parameter parameter, Tensor tensor) {
    String expected = Safetensors.FLOAT32 + " " + parameter.shape();
    String found = tensor == null ? "nothing" : tensor.type() + " " + tensor.shape();
    if (!found.equals(expected)) {
      throw new RefusedException(
          "expected " + parameter.name() + " as " + expected + ", found " + found);
    }
    return tensor.values();
  }

  private static void requireSame(
      String alias, Tensor found, String name, Map<String, Tensor> tensors) {
    if (found != null && !found.equals(tensors.get(name))) {
      throw new RefusedException(alias + " is tied to " + name + " and not the same");
    }
  }

  /** Copies them into the engine's memory. */
  public Map<String, NDArray> in(NDManager manager) {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    values.forEach(
        (parameter, bytes) ->
            parameters.put(parameter.name(), Weights.create(bytes, parameter.shape(), manager)));
    return parameters;
  }
}
