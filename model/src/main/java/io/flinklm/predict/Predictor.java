package io.flinklm.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.engine.PyTorch.GradientMode;
import io.flinklm.engine.RandomStream;
import io.flinklm.lane.HiddenState;
import io.flinklm.net.Cell;
import io.flinklm.net.Dropout;
import io.flinklm.net.Forward;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.net.Positions;
import io.flinklm.net.SelfTest;
import io.flinklm.net.WrongArithmeticException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Continues text: a function from (weights, memory, prompt) to tokens and memory. Reads the prompt
 * and then its own choices, one at a time. Not thread safe.
 */
public final class Predictor {
  // Tokens that a model with a memory reads at once; one without reads its window.
  private static final int LONGEST_PART = 256;

  private final NetConfig config;
  private final LanguageModel model;
  private final Map<String, NDArray> parameters;
  private final int window;
  private final NDManager manager;

  /**
   * Predicts with weights that live in the manager.
   *
   * @param cell who computes its LSTM
   * @param window tokens that a model without memory reads; others read all
   * @throws WrongArithmeticException if the engine computes the model wrongly here
   */
  public Predictor(
      NetConfig config, Cell cell, int window, Map<String, NDArray> parameters, NDManager manager) {
    SelfTest.of(config, cell, 1, manager.getDevice());
    this.config = config;
    this.window = window;
    this.model = LanguageModels.of(config, cell);
    this.parameters = parameters;
    this.manager = manager;
  }

  /** The fewest tokens that it can read: a model without memory knows nothing but its window. */
  int fewest() {
    return hasMemory() ? 1 : window;
  }

  /**
   * Continues a prompt.
   *
   * @param before what is remembered of the text before the prompt
   * @param prompt token ids; with those that are unread at least {@link #fewest}
   * @param count tokens to add, at least one
   * @param seed of the random numbers; the same seed gives the same tokens
   */
  public Continuation continuation(
      Memory before, int[] prompt, int count, Sampler sampler, long seed) {
    RandomStream random = new RandomStream(seed, 0, "prediction");
    int[] added = new int[count];
    double[] probabilities = new double[count];
    int[] inputs = lastOf(join(before.unread(), prompt));
    try (GradientMode mode = GradientMode.off();
        NDManager text = manager.newSubManager()) {
      NDList states = states(before.state(), text);
      for (int i = 0; i < count; i++) {
        float[] logits = logits(inputs, states, text);
        added[i] = sampler.choose(logits, random);
        probabilities[i] = probability(logits, added[i]);
        int[] next = {added[i]};
        inputs = hasMemory() ? next : lastOf(join(inputs, next));
      }
      return new Continuation(added, probabilities, new Memory(outside(states), inputs));
    }
  }

  /**
   * Reads tokens, a part after the other, and gives the logits behind the last one, as many as the
   * vocabulary. The memory that it takes does not depend on how many tokens there are.
   *
   * @param states that it goes on from, and that are those behind the tokens afterwards
   */
  private float[] logits(int[] inputs, NDList states, NDManager text) {
    float[] logits = null;
    for (int from = 0; from < inputs.length; from += LONGEST_PART) {
      int[] part = Arrays.copyOfRange(inputs, from, Math.min(inputs.length, from + LONGEST_PART));
      try (NDManager pass = text.newSubManager()) {
        NDArray ids = pass.create(longs(part), new Shape(1, part.length));
        Forward forward = model.forward(parameters, ids, states, Dropout.NONE, Positions.LAST);
        if (hasMemory()) {
          states.close();
          states.clear();
          states.addAll(forward.states());
          states.attach(text);
        }
        if (from + LONGEST_PART >= inputs.length) {
          logits = forward.logits().toFloatArray();
        }
      }
    }
    return logits;
  }

  private boolean hasMemory() {
    return model.stateParts() > 0;
  }

  private NDList states(HiddenState state, NDManager text) {
    NDList states = new NDList();
    Shape shape = new Shape(config.layers(), 1, config.hidden());
    for (int part = 0; part < model.stateParts(); part++) {
      states.add(
          state.parts().isEmpty()
              ? text.zeros(shape)
              : text.create(FloatBuffer.wrap(state.parts().get(part)), shape).duplicate());
    }
    return states;
  }

  private static HiddenState outside(NDList states) {
    return new HiddenState(states.stream().map(NDArray::toFloatArray).toList());
  }

  private int[] lastOf(int[] inputs) {
    return hasMemory() || inputs.length <= window
        ? inputs
        : Arrays.copyOfRange(inputs, inputs.length - window, inputs.length);
  }

  private static double probability(float[] logits, int id) {
    double sum = 0;
    for (float logit : logits) {
      sum += StrictMath.exp((double) logit - logits[id]);
    }
    return 1 / sum;
  }

  private static int[] join(int[] one, int[] other) {
    return IntStream.concat(Arrays.stream(one), Arrays.stream(other)).toArray();
  }

  private static long[] longs(int[] ids) {
    return Arrays.stream(ids).asLongStream().toArray();
  }
}
