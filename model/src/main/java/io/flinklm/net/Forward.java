package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * What a forward pass gives.
 *
 * @param logits {@code [batch, time, vocabulary]}
 * @param raw output of the last recurrent layer, {@code [batch, time, hidden]}
 * @param dropped the same after dropout
 * @param states next hidden states, each {@code [layers, batch, hidden]}; not detached
 */
public record Forward(NDArray logits, NDArray raw, NDArray dropped, NDList states) {}
