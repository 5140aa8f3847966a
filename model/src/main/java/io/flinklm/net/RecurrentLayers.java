package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.recurrent.RNN;
import io.flinklm.engine.PyTorch.GradientMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Stacked recurrent layers, PyTorch's {@code nn.RNN}, {@code nn.LSTM} or {@code nn.GRU(inputs,
 * hidden, layers)} under the name {@code rnn}. Gate order in the rows of an LSTM: input, forget,
 * cell, output; of a GRU: reset, update, new.
 *
 * @param kind of the layers
 * @param inputs width of what goes into the first layer
 * @param hidden width of the outputs of each
 * @param layers how many
 * @param cell who computes an LSTM
 */
record RecurrentLayers(Kind kind, int inputs, int hidden, int layers, Cell cell) {
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
    return new RecurrentLayers(kind, config.embedding(), config.hidden(), config.layers(), cell);
  }

  List<Parameter> parameters() {
    long rows = (long) kind.gates * hidden;
    List<Parameter> parameters = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      List<Shape> shapes =
          List.of(
              new Shape(rows, layer == 0 ? inputs : hidden),
              new Shape(rows, hidden),
              new Shape(rows),
              new Shape(rows));
      for (int i = 0; i < shapes.size(); i++) {
        parameters.add(Parameter.uniform(names(layer).get(i), shapes.get(i), hidden, true));
      }
    }
    return parameters;
  }

  /** Whether the engine computes them, and not the chapter's cell. */
  boolean isOfEngine() {
    return kind != Kind.LSTM || cell == Cell.ENGINE;
  }

  /** Parts of a hidden state. */
  int stateParts() {
    return kind.stateParts;
  }

  /**
   * Passes windows through all layers.
   *
   * @param inputs {@code [batch, time, inputs]}
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
      case LSTM -> lstmOfEngine(flat, inputs, states, layers);
      case GRU -> engine.gru(inputs, h, flat, true, layers, NO_DROPOUT, true, false, true);
    };
  }

  /**
   * Passes windows through one LSTM layer of the stack.
   *
   * @param states h and c, each {@code [1, batch, hidden]}
   * @return as {@link #forward}
   */
  NDList layer(int layer, Map<String, NDArray> weights, NDArray inputs, NDList states) {
    NDList flat = new NDList(4);
    names(layer).forEach(name -> flat.add(weights.get(name)));
    return cell == Cell.SCRATCH
        ? layerFromScratch(flat, inputs, states)
        : lstmOfEngine(flat, inputs, states, 1);
  }

  // The engine has one program for an LSTM whose gradients may be wanted, and another for one
  // whose gradients are not. The second is wrong on some processors, so that nothing takes it:
  // docs/decisions/0001-one-forward-pass.md.
  private static NDList lstmOfEngine(NDList weights, NDArray inputs, NDList states, int layers) {
    try (GradientMode mode = GradientMode.on()) {
      return inputs
          .getNDArrayInternal()
          .lstm(inputs, states, weights, true, layers, NO_DROPOUT, true, false, true);
    }
  }

  private NDList fromScratch(Map<String, NDArray> weights, NDArray inputs, NDList states) {
    NDArray outputs = inputs;
    NDList lastH = new NDList();
    NDList lastC = new NDList();
    for (int layer = 0; layer < layers; layer++) {
      NDIndex one = new NDIndex("{}:{}", layer, layer + 1);
      NDList state = new NDList(states.get(0).get(one), states.get(1).get(one));
      NDList passed = layer(layer, weights, outputs, state);
      outputs = passed.get(0);
      lastH.add(passed.get(1));
      lastC.add(passed.get(2));
    }
    return new NDList(outputs, NDArrays.concat(lastH), NDArrays.concat(lastC));
  }

  private static NDList layerFromScratch(NDList weights, NDArray inputs, NDList states) {
    LstmCell cell = new LstmCell(weights.get(0), weights.get(1), weights.get(2), weights.get(3));
    NDList state = new NDList(states.get(0).squeeze(0), states.get(1).squeeze(0));
    NDList hidden = new NDList();
    for (int time = 0; time < inputs.getShape().get(1); time++) {
      state = cell.step(Functional.at(inputs, time), state);
      hidden.add(state.get(0));
    }
    return new NDList(
        NDArrays.stack(hidden, 1), state.get(0).expandDims(0), state.get(1).expandDims(0));
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
