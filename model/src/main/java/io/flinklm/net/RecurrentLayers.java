package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.recurrent.RNN;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Stacked recurrent layers, PyTorch's {@code nn.RNN}, {@code nn.LSTM} or {@code nn.GRU(hidden,
 * hidden, layers)} under the name {@code rnn}. Gate order in the rows of an LSTM: input, forget,
 * cell, output; of a GRU: reset, update, new.
 *
 * @param kind of the layers
 * @param hidden width of inputs and outputs
 * @param layers how many
 * @param cell who computes an LSTM
 */
record RecurrentLayers(Kind kind, int hidden, int layers, Cell cell) {
  private static final double NO_DROPOUT = 0;

  /** What a layer remembers and how. */
  enum Kind {
    /** A plain layer with tanh: h. */
    RNN(1, 1),
    /** Long short-term memory (Hochreiter, Schmidhuber 1997): h and c. */
    LSTM(4, 2),
    /** Gated recurrent unit (Cho et al. 2014): h. */
    GRU(3, 1);

    private final int gates;
    private final int stateParts;

    Kind(int gates, int stateParts) {
      this.gates = gates;
      this.stateParts = stateParts;
    }
  }

  static RecurrentLayers of(Kind kind, NetConfig config, Cell cell) {
    return new RecurrentLayers(kind, config.hidden(), config.layers(), cell);
  }

  List<Parameter> parameters() {
    long rows = (long) kind.gates * hidden;
    List<Parameter> parameters = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (String name : names(layer)) {
        Shape shape = name.contains("weight") ? new Shape(rows, hidden) : new Shape(rows);
        parameters.add(Parameter.uniform(name, shape, hidden, true));
      }
    }
    return parameters;
  }

  /** Whether they are LSTM layers that the engine computes. */
  boolean isLstmOfEngine() {
    return kind == Kind.LSTM && cell == Cell.ENGINE;
  }

  /** Parts of a hidden state. */
  int stateParts() {
    return kind.stateParts;
  }

  /**
   * Passes windows through all layers.
   *
   * @param inputs {@code [batch, time, hidden]}
   * @param states each {@code [layers, batch, hidden]}
   * @return outputs {@code [batch, time, hidden]}, then the next states
   */
  NDList forward(Map<String, NDArray> weights, NDArray inputs, NDList states) {
    if (kind == Kind.LSTM && cell == Cell.SCRATCH) {
      return fromScratch(weights, inputs, states);
    }
    NDList flat = new NDList(layers * 4);
    for (int layer = 0; layer < layers; layer++) {
      names(layer).forEach(name -> flat.add(weights.get(name)));
    }
    var engine = inputs.getNDArrayInternal();
    NDArray h = states.get(0);
    return switch (kind) {
      case RNN ->
          engine.rnn(
              inputs, h, flat, true, layers, RNN.Activation.TANH, NO_DROPOUT, true, false, true);
      case LSTM -> engine.lstm(inputs, states, flat, true, layers, NO_DROPOUT, true, false, true);
      case GRU -> engine.gru(inputs, h, flat, true, layers, NO_DROPOUT, true, false, true);
    };
  }

  /** The layer of an index alone, with the names of its place in the stack. */
  NDList layer(int layer, Map<String, NDArray> weights, NDArray inputs, NDList states) {
    NDList flat = new NDList(4);
    names(layer).forEach(name -> flat.add(weights.get(name)));
    return inputs
        .getNDArrayInternal()
        .lstm(inputs, states, flat, true, 1, NO_DROPOUT, true, false, true);
  }

  private NDList fromScratch(Map<String, NDArray> weights, NDArray inputs, NDList states) {
    NDArray outputs = inputs;
    NDList lastH = new NDList();
    NDList lastC = new NDList();
    for (int layer = 0; layer < layers; layer++) {
      List<String> names = names(layer);
      LstmCell step =
          new LstmCell(
              weights.get(names.get(0)),
              weights.get(names.get(1)),
              weights.get(names.get(2)),
              weights.get(names.get(3)));
      NDIndex ofLayer = new NDIndex("{}", layer);
      NDList state = new NDList(states.get(0).get(ofLayer), states.get(1).get(ofLayer));
      NDList hidden = new NDList();
      for (int time = 0; time < inputs.getShape().get(1); time++) {
        state = step.step(Functional.at(outputs, time), state);
        hidden.add(state.get(0));
      }
      outputs = NDArrays.stack(hidden, 1);
      lastH.add(state.get(0));
      lastC.add(state.get(1));
    }
    return new NDList(outputs, NDArrays.stack(lastH), NDArrays.stack(lastC));
  }

  /** The names of a layer's tensors, in the order in which the engine wants them. */
  static List<String> names(int layer) {
    return List.of(
        "rnn.weight_ih_l" + layer,
        "rnn.weight_hh_l" + layer,
        "rnn.bias_ih_l" + layer,
        "rnn.bias_hh_l" + layer);
  }
}
