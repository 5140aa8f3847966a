package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The chapter's weight-tied regularized LSTM: embedding, LSTM, dropout, and an output layer whose
 * matrix is the embedding's (Merity et al. 2017 without their further dropouts; tying: Inan et al.
 * 2016, Press and Wolf 2016).
 */
final class LMModel7 implements LanguageModel {
  private final NetConfig config;
  private final RecurrentLayers rnn;

  LMModel7(NetConfig config) {
    this.config = config;
    this.rnn = RecurrentLayers.lstm(config);
  }

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
  public int stateParts() {
    return 2;
  }

  @Override
  public Forward forward(
      Map<String, NDArray> parameters, NDArray inputs, NDList states, Dropout dropout) {
    NDArray embedding = parameters.get("i_h.weight");
    NDArray embedded =
        inputs
            .getNDArrayInternal()
            .embedding(inputs, embedding, SparseFormat.DENSE)
            .singletonOrThrow();
    NDList outputs = rnn.lstm(parameters, embedded, states);
    NDArray raw = outputs.get(0);
    NDArray dropped = dropout.apply(raw, config.dropout(), "rnn");
    NDArray logits =
        Linear.linear(dropped, embedding, parameters.get("h_o.bias")).singletonOrThrow();
    return new Forward(logits, raw, dropped, outputs.subNDList(1));
  }
}
