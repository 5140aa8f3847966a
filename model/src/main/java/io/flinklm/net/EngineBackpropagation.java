package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.PyTorch.GradientMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The gradients that the engine finds by itself, for every model on every device.
 *
 * @param model whose gradients
 */
public record EngineBackpropagation(LanguageModel model) implements Backpropagation {

  @Override
  public Pass forward(
      Map<String, NDArray> parameters,
      NDArray inputs,
      NDList states,
      Dropout dropout,
      NDManager scope) {
    try (GradientMode mode = GradientMode.on()) {
      Map<String, NDArray> leaves = leaves(parameters, scope);
      Forward forward = model.forward(leaves, inputs, states, dropout);
      return new EnginePass(forward, leaves, scope);
    }
  }

  // Leaves of this pass's graph that share the weights' memory: their gradients end with the scope.
  private static Map<String, NDArray> leaves(Map<String, NDArray> parameters, NDManager scope) {
    Map<String, NDArray> leaves = new LinkedHashMap<>();
    parameters.forEach(
        (name, value) -> {
          NDArray leaf = value.stopGradient();
          leaf.attach(scope);
          leaf.setRequiresGradient(true);
          leaves.put(name, leaf);
        });
    return leaves;
  }

  private record EnginePass(Forward forward, Map<String, NDArray> leaves, NDManager scope)
      implements Pass {

    @Override
    public Map<String, NDArray> gradients(OutputGradients of) {
      backward(of);
      Map<String, NDArray> gradients = new LinkedHashMap<>();
      leaves.forEach(
          (name, leaf) -> {
            NDArray gradient = leaf.getGradient();
            gradient.attach(scope);
            gradients.put(name, gradient);
          });
      return gradients;
    }

    // In one pass, from all roots behind each other.
    private void backward(OutputGradients of) {
      NDList roots = new NDList();
      NDList gradients = new NDList();
      try (GradientMode mode = GradientMode.on()) {
        add(forward.logits(), Optional.of(of.logits()), roots, gradients);
        add(forward.dropped(), of.dropped(), roots, gradients);
        add(forward.raw(), of.raw(), roots, gradients);
        PyTorch.backward(behindEachOther(roots), behindEachOther(gradients));
      }
    }

    private static void add(
        NDArray root, Optional<NDArray> gradient, NDList roots, NDList gradients) {
      gradient.ifPresent(
          of -> {
            roots.add(root.reshape(-1));
            gradients.add(of.reshape(-1));
          });
    }

    private static NDArray behindEachOther(NDList arrays) {
      return arrays.size() == 1 ? arrays.get(0) : NDArrays.concat(arrays);
    }
  }
}
