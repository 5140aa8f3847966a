package io.flinklm.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flinklm.net.Dropout;
import io.flinklm.net.Forward;
import io.flinklm.net.LanguageModel;
import io.flinklm.net.LanguageModels;
import io.flinklm.net.NetConfig;
import io.flinklm.net.PyTorch.GradientMode;
import io.flinklm.net.RandomStream;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Continues text: a function from (weights, prompt) to tokens. Starts from a zero hidden state,
 * reads the prompt and then its own choices, one at a time. Not thread safe.
 */
public final class Predictor {
  private final NetConfig config;
  private final LanguageModel model;
  private final Map<String, NDArray> parameters;
  private final int window;
  private final NDManager manager;

  /**
   * Predicts with weights that live in the manager.
   *
   * @param window tokens that a model without memory reads; others read all
   */
  public Predictor(
      NetConfig config, int window, Map<String, NDArray> parameters, NDManager manager) {
    this.config = config;
    this.window = window;
    this.model = LanguageModels.of(config);
    this.parameters = parameters;
    this.manager = manager;
  }

  /**
   * Continues a prompt.
   *
   * @param prompt token ids, at least one
   * @param count tokens to add
   * @param seed of the random numbers; the same seed gives the same tokens
   * @return the ids of the added tokens
   */
  public int[] continuation(int[] prompt, int count, Sampler sampler, long seed) {
    RandomStream random = new RandomStream(seed, 0, "prediction");
    int[] added = new int[count];
    try (GradientMode mode = GradientMode.off();
        NDManager scope = manager.newSubManager()) {
      NDList states = zeroStates(scope);
      int[] inputs = prompt;
      for (int i = 0; i < count; i++) {
        Forward forward = model.forward(parameters, ids(inputs, scope), states, Dropout.NONE);
        states = forward.states();
        added[i] = sampler.choose(lastLogits(forward), random);
        inputs =
            model.stateParts() == 0
                ? IntStream.concat(Arrays.stream(inputs), IntStream.of(added[i])).toArray()
                : new int[] {added[i]};
      }
    }
    return added;
  }

  private NDList zeroStates(NDManager scope) {
    NDList states = new NDList();
    for (int part = 0; part < model.stateParts(); part++) {
      states.add(scope.zeros(new Shape(config.layers(), 1, config.hidden())));
    }
    return states;
  }

  private NDArray ids(int[] inputs, NDManager scope) {
    int from = model.stateParts() == 0 ? Math.max(0, inputs.length - window) : 0;
    long[] ids = Arrays.stream(inputs).skip(from).asLongStream().toArray();
    return scope.create(ids, new Shape(1, ids.length));
  }

  private float[] lastLogits(Forward forward) {
    float[] all = forward.logits().toFloatArray();
    return Arrays.copyOfRange(all, all.length - config.vocabulary(), all.length);
  }
}
