package io.flinklm.net;

import static io.flinklm.net.Functional.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.flinklm.net.Dropout.Place;
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
    AwdDropout share = tied.config().awdDropout();
    int layers = tied.config().layers();
    NDArray words = parameters.get("i_h.weight");
    Shape oneAWord = new Shape(words.getShape().get(0), 1);
    NDArray kept =
        dropout.apply(words, oneAWord, share.embedding(), Place.ofParameters("embedding"));
    NDArray outputs = locked(embedding(inputs, kept), share.input(), "input", dropout);
    Map<String, NDArray> weights = weightDropped(parameters, share.weight(), dropout);
    NDList lastH = new NDList();
    NDList lastC = new NDList();
    for (int layer = 0; layer < layers; layer++) {
      NDIndex one = new NDIndex("{}:{}", layer, layer + 1);
      NDList state = new NDList(states.get(0).get(one), states.get(1).get(one));
      NDList step = tied.rnn().layer(layer, weights, outputs, state);
      outputs = step.get(0);
      lastH.add(step.get(1));
      lastC.add(step.get(2));
      if (layer < layers - 1) {
        outputs = locked(outputs, share.hidden(), "hidden " + layer, dropout);
      }
    }
    NDArray dropped = locked(outputs, tied.config().dropout(), "output", dropout);
    NDList next = new NDList(NDArrays.concat(lastH), NDArrays.concat(lastC));
    return new Forward(TiedModel.logits(parameters, positions.of(dropped)), outputs, dropped, next);
  }

  // The same activations of [batch, time, hidden] at every time.
  private static NDArray locked(NDArray x, double probability, String place, Dropout dropout) {
    Shape allTimes = new Shape(x.getShape().get(0), 1, x.getShape().get(2));
    return dropout.apply(x, allTimes, probability, Place.ofRows(place));
  }

  private Map<String, NDArray> weightDropped(
      Map<String, NDArray> parameters, double probability, Dropout dropout) {
    Map<String, NDArray> weights = new HashMap<>(parameters);
    for (int layer = 0; layer < tied.config().layers(); layer++) {
      weights.computeIfPresent(
          RecurrentLayers.names(layer).get(1),
          (name, weight) -> dropout.apply(weight, probability, Place.ofParameters(name)));
    }
    return weights;
  }
}
