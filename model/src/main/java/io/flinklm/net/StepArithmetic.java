package io.flinklm.net;

/** What a training step must compute whatever computes it: its matrix products. */
public final class StepArithmetic {
  private static final int MULTIPLY_AND_ADD = 2;

  // Forward; and backward, the gradients of the activations and those of the weights.
  private static final int PRODUCTS = 3;

  private static final String EMBEDDING = "i_h.weight";
  private static final String OUTPUT = "h_o.weight";

  private StepArithmetic() {}

  /**
   * Floating point operations in the matrix products that the shapes of a model ask for in a step,
   * forward and backward, whether or not all are made; looking up embeddings, activations, loss and
   * update are not counted.
   *
   * @param inputs tokens in a batch
   * @param predicted targets in a batch
   */
  public static double flop(LanguageModel model, long inputs, long predicted) {
    double flop = 0;
    for (Parameter parameter : model.parameters()) {
      if (parameter.shape().dimension() == 2) {
        flop += (double) parameter.shape().size() * uses(parameter, model, inputs, predicted);
      }
    }
    return flop * MULTIPLY_AND_ADD * PRODUCTS;
  }

  private static long uses(Parameter parameter, LanguageModel model, long inputs, long predicted) {
    return switch (parameter.name()) {
      case EMBEDDING -> EMBEDDING.equals(model.ties().get(OUTPUT)) ? predicted : 0;
      case OUTPUT -> predicted;
      default -> inputs;
    };
  }
}
