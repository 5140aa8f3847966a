package io.flinklm.net;

import static io.flinklm.net.Functional.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The architecture that the chapter leads to, the ASGD weight-dropped LSTM (Merity, Keskar, Socher
 * 2017), trained here with Adam as fastai does: {@link TiedModel} with dropout in five places.
 * Between layers a mask is locked: the same for every token of a window.
 *
 * @param tied the model without the further dropouts
 */
record AwdLstm(TiedModel tied) implements LanguageModel {
  @Override
  public List<Parameter> parameters() {
    return tied.parameters();
  }

  @Override
  public Map<String, String> ties() {
    return tied.ties();
  }

  @Override
  public int stateParts() {
    return tied.stateParts();
  }

  @Override
  public Forward forward(
      Map<String, NDArray> parameters,
      NDArray inputs,
      NDList states,
      Dropout dropout,
      Positions positions) {
    NetConfig net = tied.config();
    long rows = inputs.getShape().get(0);
    Masks masks = Masks.ofAwdLstm(net, rows, dropout, inputs.getManager());
    NDArray kept = Masks.apply(masks.words(), 0, parameters.get("i_h.weight"));
    NDArray outputs = Masks.apply(masks.inputs(), 0, embedding(inputs, kept));
    Map<String, NDArray> weights = weightDropped(parameters, masks.weights());
    NDList lastH = new NDList();
    NDList lastC = new NDList();
    for (int layer = 0; layer < net.layers(); layer++) {
      NDIndex one = new NDIndex("{}:{}", layer, layer + 1);
      NDList state = new NDList(states.get(0).get(one), states.get(1).get(one));
      NDList step = tied.rnn().layer(layer, weights, outputs, state);
      outputs = step.get(0);
      lastH.add(step.get(1));
      lastC.add(step.get(2));
      if (layer < net.layers() - 1) {
        outputs = Masks.apply(masks.between(), layer, outputs);
      }
    }
    NDArray dropped = Masks.apply(masks.outputs(), 0, outputs);
    NDList next = new NDList(NDArrays.concat(lastH), NDArrays.concat(lastC));
    return new Forward(TiedModel.logits(parameters, positions.of(dropped)), outputs, dropped, next);
  }

  private Map<String, NDArray> weightDropped(Map<String, NDArray> parameters, NDList masks) {
    Map<String, NDArray> weights = new HashMap<>(parameters);
    for (int layer = 0; layer < tied.config().layers(); layer++) {
      int index = layer;
      weights.computeIfPresent(
          RecurrentLayers.names(layer).get(1), (name, weight) -> Masks.apply(masks, index, weight));
    }
    return weights;
  }
}
