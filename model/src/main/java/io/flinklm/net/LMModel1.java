package io.flinklm.net;

import static io.flinklm.net.ReluNet.hidden;
import static io.flinklm.net.ReluNet.output;
import static io.flinklm.net.ReluNet.token;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Map;

/** The chapter's first model: three tokens in, the fourth out, each layer written out. */
record LMModel1(ReluNet net) implements LanguageModel {
  static final int INPUTS = 3;

  @Override
  public List<Parameter> parameters() {
    return net.parameters();
  }

  @Override
  public int stateParts() {
    return 0;
  }

  @Override
  public Forward forward(
      Map<String, NDArray> parameters,
      NDArray inputs,
      NDList states,
      Dropout dropout,
      Positions positions) {
    NDArray h = hidden(parameters, token(parameters, inputs, 0));
    h = h.add(token(parameters, inputs, 1));
    h = hidden(parameters, h);
    h = h.add(token(parameters, inputs, 2));
    h = hidden(parameters, h);
    return Forward.of(output(parameters, h).expandDims(1), states);
  }
}
