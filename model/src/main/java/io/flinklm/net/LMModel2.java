package io.flinklm.net;

import static io.flinklm.net.ReluNet.hidden;
import static io.flinklm.net.ReluNet.output;
import static io.flinklm.net.ReluNet.token;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Map;

/** The chapter's first recurrent network: {@link LMModel1} with a loop. The same function. */
record LMModel2(ReluNet net) implements LanguageModel {

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
    NDArray h = null;
    for (int i = 0; i < inputs.getShape().get(1); i++) {
      NDArray token = token(parameters, inputs, i);
      h = hidden(parameters, h == null ? token : h.add(token));
    }
    return Forward.of(output(parameters, h).expandDims(1), states);
  }
}
