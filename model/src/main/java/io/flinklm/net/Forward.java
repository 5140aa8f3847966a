package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * What a forward pass gives.
 *
 * @param logits {@code [batch, time, vocabulary]}; {@code [batch, 1, vocabulary]} of a model that
 *     predicts only after its last input
 * @param raw output of the last recurrent layer, {@code [batch, time, hidden]}; null where the
 *     model has no such layer to regularize
 * @param dropped the same after dropout; likewise
 * @param states next hidden states, each {@code [layers, batch, hidden]}; not detached
 */
public record Forward(NDArray logits, NDArray raw, NDArray dropped, NDList states) {

  /** Of a model without activations to regularize. */
  static Forward of(NDArray logits, NDList states) {
    return new Forward(logits, null, null, states);
  }
}
