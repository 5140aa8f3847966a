package io.flinklm.net;

import static io.flinklm.net.LstmCell.sigmoid;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.core.Linear;

/**
 * One step of a long short-term memory in the chapter's first form: a layer for each gate, over
 * hidden state and input side by side. Here to be read and to be compared with {@link LstmCell}.
 *
 * @param forgetGate matrix {@code [hidden, hidden + inputs]} and bias {@code [hidden]}
 * @param inputGate likewise
 * @param cellGate likewise
 * @param outputGate likewise
 */
record FourGateLstmCell(Gate forgetGate, Gate inputGate, Gate cellGate, Gate outputGate) {

  /**
   * A layer that decides what passes.
   *
   * @param weight {@code [hidden, hidden + inputs]}
   * @param bias {@code [hidden]}
   */
  record Gate(NDArray weight, NDArray bias) {
    NDArray of(NDArray inputs) {
      return Linear.linear(inputs, weight, bias).singletonOrThrow();
    }
  }

  /**
   * Takes a step.
   *
   * @param input {@code [batch, inputs]}
   * @param state h and c, each {@code [batch, hidden]}
   * @return next h and c
   */
  NDList step(NDArray input, NDList state) {
    NDArray h = state.get(0).concat(input, 1);
    NDArray c = state.get(1).mul(sigmoid(forgetGate.of(h)));
    NDArray in = sigmoid(inputGate.of(h));
    NDArray cell = cellGate.of(h).tanh();
    c = c.add(in.mul(cell));
    NDArray out = sigmoid(outputGate.of(h));
    return new NDList(out.mul(c.tanh()), c);
  }
}
