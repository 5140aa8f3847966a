package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Linear;
import java.util.Map;

/** The layers of the chapter's models as functions of their parameters. */
final class Functional {
  private Functional() {}

  /** Rows of a matrix {@code [vocabulary, hidden]} by token id: {@code [..., hidden]}. */
  static NDArray embedding(NDArray ids, NDArray matrix) {
    return ids.getNDArrayInternal().embedding(ids, matrix, SparseFormat.DENSE).singletonOrThrow();
  }

  /** {@code inputs x weight^T + bias}, PyTorch's {@code nn.Linear} of a name. */
  static NDArray linear(NDArray inputs, Map<String, NDArray> parameters, String name) {
    return Linear.linear(inputs, parameters.get(name + ".weight"), parameters.get(name + ".bias"))
        .singletonOrThrow();
  }

  static NDArray relu(NDArray inputs) {
    return inputs.getNDArrayInternal().relu();
  }

  /** One position of time: {@code [batch, time, ...]} to {@code [batch, ...]}. */
  static NDArray at(NDArray inputs, int time) {
    return inputs.get(new NDIndex(":, {}", time));
  }
}
