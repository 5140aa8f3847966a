package io.flinklm.net;

import static io.flinklm.net.ReluNet.hidden;
import static io.flinklm.net.ReluNet.output;
import static io.flinklm.net.ReluNet.token;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Map;

/** {@link LMModel3} with more signal: it predicts after every token. */
record LMModel4(ReluNet net) implements LanguageModel {

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
    NDList outputs = new NDList();
    long time = inputs.getShape().get(1);
    for (int i = 0; i < time; i++) {
      h = hidden(parameters, h.add(token(parameters, inputs, i)));
      if (positions == Positions.ALL || i == time - 1) {
        outputs.add(output(parameters, h));
      }
    }
    return Forward.of(NDArrays.stack(outputs, 1), new NDList(h.expandDims(0)));
  }
}
