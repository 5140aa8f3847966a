package io.flinklm.predict;

/**
 * The tokens that a model adds to a text.
 *
 * @param tokens their ids
 * @param probabilities of each, as the model has them: before temperature and top k
 * @param memory of the text with its continuation
 */
public record Continuation(int[] tokens, double[] probabilities, Memory memory) {

  /** Whether all that it is made of is neither NaN nor infinity. */
  boolean isFinite() {
    for (double probability : probabilities) {
      if (!Double.isFinite(probability)) {
        return false;
      }
    }
    return memory.state().isFinite();
  }
}
