package io.flinklm.net;

import static io.flinklm.net.Functional.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The chapter's weight-tied regularized model: embedding, recurrent layers, dropout, and an output
 * layer whose matrix is the embedding's (Inan et al. 2016, Press and Wolf 2016). LMModel7 with an
 * LSTM, {@code gru} with a GRU in its place.
 *
 * @param config shape
 * @param rnn the recurrent layers
 */
record TiedModel(NetConfig config, RecurrentLayers rnn) implements LanguageModel {
  /** The place of its dropout. */
  static final Dropout.Place DROPPED = Dropout.Place.ofRows("rnn");

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(Parameter.embedding("i_h.weight", config.vocabulary(), config.hidden()));
    parameters.addAll(rnn.parameters());
    Shape outputs = new Shape(config.vocabulary());
    parameters.add(Parameter.uniform("h_o.bias", outputs, config.hidden(), false));
    return parameters;
  }

  @Override
  public Map<String, String> ties() {
    return Map.of("h_o.weight", "i_h.weight");
  }

  @Override
  public int stateParts() {
    return rnn.stateParts();
  }

  @Override
  public Forward forward(
      Map<String, NDArray> parameters,
      NDArray inputs,
      NDList states,
      Dropout dropout,
      Positions positions) {
    NDArray embedded = embedding(inputs, parameters.get("i_h.weight"));
    NDList outputs = rnn.forward(parameters, embedded, states);
    NDArray raw = outputs.get(0);
    NDArray dropped = dropout.apply(raw, config.dropout(), DROPPED);
    return new Forward(
        logits(parameters, positions.of(dropped)), raw, dropped, outputs.subNDList(1));
  }

  /** The output layer: the embedding's matrix, and a bias. */
  static NDArray logits(Map<String, NDArray> parameters, NDArray activations) {
    return Linear.linear(activations, parameters.get("i_h.weight"), parameters.get("h_o.bias"))
        .singletonOrThrow();
  }
}
