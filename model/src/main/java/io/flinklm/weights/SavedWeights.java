package io.flinklm.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.Blob.RefusedException;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.Parameter;
import io.flinklm.weights.Safetensors.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of a {@code SavedModel} as they lie in their file: outside the engine, so that all of
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
    Map<Parameter, ByteBuffer> values = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      values.put(parameter, take(parameter, model.ties(), tensors));
    }
    if (!tensors.isEmpty()) {
      throw new RefusedException(
          "the model has no parameter " + String.join(", ", tensors.keySet()));
    }
    return new SavedWeights(values);
  }

  /** As {@link Weights#sha256}. */
  public String sha256() {
    return TensorBytes.sha256(values.values());
  }

  // Takes a tied matrix out by all its names. Files of this program have both, those of
  // safetensors' save_model have one, and not always the parameter's own.
  private static ByteBuffer take(
      Parameter parameter, Map<String, String> ties, Map<String, Tensor> tensors) {
    List<String> names = new ArrayList<>(List.of(parameter.name()));
    ties.forEach(
        (alias, name) -> {
          if (name.equals(parameter.name())) {
            names.add(alias);
          }
        });
    String first = names.stream().filter(tensors::containsKey).findFirst().orElse(parameter.name());
    Tensor tensor = tensors.remove(first);
    ByteBuffer values = float32(first, parameter.shape(), tensor);
    for (String name : names) {
      Tensor other = tensors.remove(name);
      if (other != null && !other.equals(tensor)) {
        throw new RefusedException(name + " is tied to " + first + " and not the same");
      }
    }
    return values;
  }

  private static ByteBuffer float32(String name, Shape shape, Tensor tensor) {
    String expected = Safetensors.FLOAT32 + " " + shape;
    String found = tensor == null ? "nothing" : tensor.type() + " " + tensor.shape();
    if (!found.equals(expected)) {
      throw new RefusedException("expected " + name + " as " + expected + ", found " + found);
    }
    return tensor.values();
  }

  /** Copies them into the engine's memory. */
  public Map<String, NDArray> in(NDManager manager) {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    values.forEach(
        (parameter, bytes) ->
            parameters.put(
                parameter.name(), TensorBytes.create(bytes, parameter.shape(), manager)));
    return parameters;
  }
}
