package io.flinklm.net;

import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.RandomStream;
import java.util.List;

/**
 * A trained tensor of a language model, before it has values.
 *
 * @param name as PyTorch's {@code state_dict} names it
 * @param shape of the tensor
 * @param initial distribution of the first values
 * @param decays whether weight decay applies to it
 */
public record Parameter(String name, Shape shape, Initial initial, boolean decays) {

  /** A distribution that initial values are drawn from. */
  public sealed interface Initial {
    /** N(0, 1): PyTorch's {@code nn.Embedding}. */
    record Normal() implements Initial {}

    /** U(-bound, bound): PyTorch's {@code nn.Linear} and recurrent layers. */
    record Uniform(double bound) implements Initial {}
  }

  /** An embedding, {@code [vocabulary, width]}. */
  static Parameter embedding(String name, long vocabulary, long width) {
    return new Parameter(name, new Shape(vocabulary, width), new Initial.Normal(), true);
  }

  /** Matrix and bias of {@code nn.Linear}; the bias of an output layer does not decay. */
  static List<Parameter> linear(String name, int inputs, int outputs, boolean biasDecays) {
    return List.of(
        uniform(name + ".weight", new Shape(outputs, inputs), inputs, true),
        uniform(name + ".bias", new Shape(outputs), inputs, biasDecays));
  }

  /** A matrix or bias vector whose values start within 1/sqrt(fanIn). */
  static Parameter uniform(String name, Shape shape, int fanIn, boolean decays) {
    return new Parameter(name, shape, new Initial.Uniform(1 / Math.sqrt(fanIn)), decays);
  }

  /** Draws the initial values from the stream (seed, 0, name), row by row. */
  public float[] initialValues(long seed) {
    RandomStream random = new RandomStream(seed, 0, name);
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          initial instanceof Initial.Uniform uniform
              ? (float) ((2 * random.nextDouble() - 1) * uniform.bound())
              : (float) random.nextGaussian();
    }
    return values;
  }
}
