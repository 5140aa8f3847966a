package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A term of a loss, with its own gradient.
 *
 * @param of what it is a function of
 * @param value a scalar
 * @param gradient of the value with respect to that, of its shape
 */
record Term(NDArray of, NDArray value, NDArray gradient) {

  /** The same values, of which no gradient is asked. */
  static NDArray constant(NDArray array, NDManager scope) {
    NDArray constant = array.stopGradient();
    constant.attach(scope);
    return constant;
  }
}
