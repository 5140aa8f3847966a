package io.flinklm.train;

import ai.djl.ndarray.NDArray;

/**
 * A term of a loss, with its own gradient.
 *
 * @param value a scalar
 * @param gradient of the value with respect to what it is a function of, of its shape
 */
record Term(NDArray value, NDArray gradient) {}
