package io.flinklm.bench.continuations;

import java.util.List;

/**
 * How well one model continues numbers.
 *
 * @param name of the model: its seed, or where it lies
 * @param step after which its weights were taken
 * @param weightsSha256 of them
 * @param accuracy of the last validation of the training; NaN for a model from elsewhere
 * @param continued all that was asked
 */
record ContinuationResult(
    String name,
    long step,
    String weightsSha256,
    double accuracy,
    List<ContinuedNumbers> continued) {

  long right() {
    return continued.stream().filter(ContinuedNumbers::isRight).count();
  }

  List<ContinuedNumbers> wrong() {
    return continued.stream().filter(one -> !one.isRight()).toList();
  }

  double share() {
    return (double) right() / continued.size();
  }
}
