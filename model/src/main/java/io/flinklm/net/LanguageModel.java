package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Map;

/**
 * A recurrent language model: a function from (parameters, inputs, hidden states) to (logits, next
 * hidden states). It holds no weights and no state of its own, so one object serves training and
 * prediction alike.
 */
public interface LanguageModel {

  /** The trained tensors, in their fixed order. */
  List<Parameter> parameters();

  /** How many numbers are trained, those of a tied matrix once. */
  default long parameterCount() {
    return parameters().stream().mapToLong(parameter -> parameter.shape().size()).sum();
  }

  /**
   * Further names that PyTorch's module has for some parameters, each with the parameter's own: the
   * matrix of two layers that share one is in its {@code state_dict} twice.
   */
  default Map<String, String> ties() {
    return Map.of();
  }

  /** Parts of a hidden state, each {@code [layers, batch, hidden]}: 2 for (h, c), 1 for (h). */
  int stateParts();

  /**
   * Passes a window of each lane through the network.
   *
   * @param parameters by name
   * @param inputs token ids, {@code [batch, time]}, int64
   * @param states as many as {@link #stateParts}
   * @param dropout what to drop; {@link Dropout#NONE} outside training
   * @param positions that the logits are of; a model that predicts only after its last input has
   *     none but that
   */
  Forward forward(
      Map<String, NDArray> parameters,
      NDArray inputs,
      NDList states,
      Dropout dropout,
      Positions positions);

  /** The same with the logits of all positions. */
  default Forward forward(
      Map<String, NDArray> parameters, NDArray inputs, NDList states, Dropout dropout) {
    return forward(parameters, inputs, states, dropout, Positions.ALL);
  }
}
