package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.net.Dropout.Place;
import java.util.List;
import java.util.Optional;

/**
 * What the dropouts of a model multiply its values with in one pass, 0 or 1/(1-p), by place. A list
 * is empty where nothing is dropped.
 *
 * @param outputs of the last recurrent layer: one, {@code [batch, time, hidden]}, or {@code [batch,
 *     1, hidden]} where it is locked, which is the same for every token of a window
 * @param words of the embedding: one, {@code [vocabulary, 1]}
 * @param inputs of the first layer: one, {@code [batch, 1, embedding]}
 * @param weights from hidden state to hidden state: one a layer, each like its matrix
 * @param between layers: one for each layer but the last, {@code [batch, 1, hidden]}
 */
record Masks(NDList outputs, NDList words, NDList inputs, NDList weights, NDList between) {
  /** Of a model that drops nothing but outputs. */
  static Masks ofOutputs(Shape activations, double share, Dropout dropout, NDManager scope) {
    NDList outputs = new NDList();
    dropout.mask(activations, share, TiedModel.DROPPED, scope).ifPresent(outputs::add);
    return new Masks(outputs, new NDList(), new NDList(), new NDList(), new NDList());
  }

  /**
   * Of an AWD-LSTM.
   *
   * @param rows of the batch
   */
  static Masks ofAwdLstm(NetConfig net, long rows, Dropout dropout, NDManager scope) {
    Masks masks = new Masks(new NDList(), new NDList(), new NDList(), new NDList(), new NDList());
    AwdDropout shares = net.awdDropout();
    Shape locked = new Shape(rows, 1, net.hidden());
    Shape ofState = new Shape(4L * net.hidden(), net.hidden());
    add(masks.outputs, dropout.mask(locked, net.dropout(), Place.ofRows("output"), scope));
    add(
        masks.words,
        dropout.mask(
            new Shape(net.vocabulary(), 1),
            shares.embedding(),
            Place.ofParameters("embedding"),
            scope));
    add(
        masks.inputs,
        dropout.mask(
            new Shape(rows, 1, net.embedding()), shares.input(), Place.ofRows("input"), scope));
    for (int layer = 0; layer < net.layers(); layer++) {
      Place weight = Place.ofParameters(RecurrentLayers.names(layer).get(1));
      add(masks.weights, dropout.mask(ofState, shares.weight(), weight, scope));
      if (layer < net.layers() - 1) {
        Place place = Place.ofRows("hidden " + layer);
        add(masks.between, dropout.mask(locked, shares.hidden(), place, scope));
      }
    }
    return masks;
  }

  private static void add(NDList masks, Optional<NDArray> mask) {
    mask.ifPresent(masks::add);
  }

  /** Values after a dropout. */
  static NDArray apply(NDList masks, int index, NDArray values) {
    return masks.isEmpty() ? values : values.mul(masks.get(index));
  }

  /** All, in the order in which the programs of {@link WrittenOutBackpropagation} want them. */
  List<NDList> lists() {
    return List.of(outputs, words, inputs, weights, between);
  }
}
