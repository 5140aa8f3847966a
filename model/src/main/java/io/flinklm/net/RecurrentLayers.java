package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Stacked recurrent layers of the engine, PyTorch's {@code nn.LSTM(hidden, hidden, layers)} under
 * the name {@code rnn}. Gate order in the matrices: input, forget, cell, output.
 *
 * @param hidden width of inputs and outputs
 * @param layers how many
 * @param gates matrices stacked in one: 4 for an LSTM
 */
record RecurrentLayers(int hidden, int layers, int gates) {
  private static final int LSTM_GATES = 4;

  static RecurrentLayers lstm(NetConfig config) {
    return new RecurrentLayers(config.hidden(), config.layers(), LSTM_GATES);
  }

  List<Parameter> parameters() {
    long rows = (long) gates * hidden;
    Shape matrix = new Shape(rows, hidden);
    Shape vector = new Shape(rows);
    List<Parameter> parameters = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (String name : names(layer)) {
        Shape shape = name.contains("weight") ? matrix : vector;
        parameters.add(Parameter.uniform(name, shape, hidden, true));
      }
    }
    return parameters;
  }

  /**
   * Runs a long short-term memory (Hochreiter, Schmidhuber 1997).
   *
   * @param inputs {@code [batch, time, hidden]}
   * @param states h and c, each {@code [layers, batch, hidden]}
   * @return outputs {@code [batch, time, hidden]}, next h, next c
   */
  NDList lstm(Map<String, NDArray> weights, NDArray inputs, NDList states) {
    NDList flat = new NDList(layers * 4);
    for (int layer = 0; layer < layers; layer++) {
      names(layer).forEach(name -> flat.add(weights.get(name)));
    }
    return inputs
        .getNDArrayInternal()
        .lstm(inputs, states, flat, true, layers, 0, true, false, true);
  }

  // In the order in which the engine wants a layer's tensors.
  private static List<String> names(int layer) {
    return List.of(
        "rnn.weight_ih_l" + layer,
        "rnn.weight_hh_l" + layer,
        "rnn.bias_ih_l" + layer,
        "rnn.bias_hh_l" + layer);
  }
}
