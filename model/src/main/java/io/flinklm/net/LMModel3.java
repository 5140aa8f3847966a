package io.flinklm.net;

import static io.flinklm.net.ReluNet.hidden;
import static io.flinklm.net.ReluNet.output;
import static io.flinklm.net.ReluNet.token;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Map;

/** The chapter's first model with a memory: its hidden state goes on from window to window. */
record LMModel3(ReluNet net) implements LanguageModel {

  @Override
  public List<Parameter> parameters() {
    return net.parameters();
  }

  @Override
  public int stateParts() {
    return 1;
  }

  @Override
  public Forward forward(
      Map<String, NDArray> parameters,
      NDArray inputs,
      NDList states,
      Dropout dropout,
      Positions positions) {
    NDArray h = states.get(0).squeeze(0);
    for (int i = 0; i < inputs.getShape().get(1); i++) {
      h = hidden(parameters, h.add(token(parameters, inputs, i)));
    }
    return Forward.of(output(parameters, h).expandDims(1), new NDList(h.expandDims(0)));
  }
}
