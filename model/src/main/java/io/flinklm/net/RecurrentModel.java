package io.flinklm.net;

import static io.flinklm.net.Functional.embedding;
import static io.flinklm.net.Functional.linear;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The chapter's multilayer models: embedding {@code i_h}, recurrent layers {@code rnn}, output
 * layer {@code h_o}. LMModel5 with plain layers, LMModel6 with an LSTM. The chapter drops nothing
 * of them; dropout is that of {@link TiedModel}, of the last layer's outputs.
 *
 * @param config shape
 * @param rnn the recurrent layers
 */
record RecurrentModel(NetConfig config, RecurrentLayers rnn) implements LanguageModel {

  @Override
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(Parameter.embedding("i_h.weight", config.vocabulary(), config.embedding()));
    parameters.addAll(rnn.parameters());
    parameters.addAll(Parameter.linear("h_o", config.hidden(), config.vocabulary(), false));
    return parameters;
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
    NDArray dropped = dropout.apply(raw, config.dropout(), TiedModel.DROPPED);
    NDArray logits = linear(positions.of(dropped), parameters, "h_o");
    return new Forward(logits, raw, dropped, outputs.subNDList(1));
  }
}
