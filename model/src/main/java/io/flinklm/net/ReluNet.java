package io.flinklm.net;

import static io.flinklm.net.Functional.at;
import static io.flinklm.net.Functional.embedding;
import static io.flinklm.net.Functional.linear;
import static io.flinklm.net.Functional.relu;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the chapter's first four models share: an embedding {@code i_h}, one hidden layer {@code
 * h_h} with a rectified linear unit, an output layer {@code h_o}.
 *
 * @param config shape; has one layer
 */
record ReluNet(NetConfig config) {

  List<Parameter> parameters() {
    int hidden = config.hidden();
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(Parameter.embedding("i_h.weight", config.vocabulary(), hidden));
    parameters.addAll(Parameter.linear("h_h", hidden, hidden, true));
    parameters.addAll(Parameter.linear("h_o", hidden, config.vocabulary(), false));
    return parameters;
  }

  /** The embedding of each lane's token at a time, {@code [batch, hidden]}. */
  static NDArray token(Map<String, NDArray> parameters, NDArray inputs, int time) {
    return embedding(at(inputs, time), parameters.get("i_h.weight"));
  }

  /** The hidden layer, {@code [batch, hidden]}. */
  static NDArray hidden(Map<String, NDArray> parameters, NDArray h) {
    return relu(linear(h, parameters, "h_h"));
  }

  /** The output layer, {@code [batch, vocabulary]}. */
  static NDArray output(Map<String, NDArray> parameters, NDArray h) {
    return linear(h, parameters, "h_o");
  }
}
