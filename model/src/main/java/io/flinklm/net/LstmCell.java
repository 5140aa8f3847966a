package io.flinklm.net;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.core.Linear;

/**
 * One step of a long short-term memory (Hochreiter, Schmidhuber 1997) from scratch, the chapter's
 * {@code LSTMCell} in its refactored form: all four gates in two multiplications, then cut into
 * chunks. Gate order in the rows: input, forget, cell, output, as PyTorch's.
 *
 * @param inputWeight {@code [4 x hidden, inputs]}
 * @param hiddenWeight {@code [4 x hidden, hidden]}
 * @param inputBias {@code [4 x hidden]}
 * @param hiddenBias {@code [4 x hidden]}
 */
record LstmCell(NDArray inputWeight, NDArray hiddenWeight, NDArray inputBias, NDArray hiddenBias) {

  /**
   * Takes a step.
   *
   * @param input {@code [batch, inputs]}
   * @param state h and c, each {@code [batch, hidden]}
   * @return next h and c
   */
  NDList step(NDArray input, NDList state) {
    NDArray h = state.get(0);
    NDArray c = state.get(1);
    // One big multiplication for all the gates is better than four smaller ones.
    NDArray ofInput = Linear.linear(input, inputWeight, inputBias).singletonOrThrow();
    NDArray ofHidden = Linear.linear(h, hiddenWeight, hiddenBias).singletonOrThrow();
    NDList gates = ofInput.add(ofHidden).split(4, 1);
    NDArray in = sigmoid(gates.get(0));
    NDArray forget = sigmoid(gates.get(1));
    NDArray cell = gates.get(2).tanh();
    NDArray out = sigmoid(gates.get(3));
    NDArray nextC = c.mul(forget).add(in.mul(cell));
    return new NDList(out.mul(nextC.tanh()), nextC);
  }

  static NDArray sigmoid(NDArray x) {
    return x.getNDArrayInternal().sigmoid();
  }
}
