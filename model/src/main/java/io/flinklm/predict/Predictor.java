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

/**
 * Continues text: a function from (weights, prompt) to tokens. Starts from a zero hidden state,
 * reads the prompt and then its own choices, one at a time. Not thread safe.
 */
public final class Predictor {
  private final NetConfig config;
  private final LanguageModel model;
  private final Map<String, NDArray> parameters;
  private final NDManager manager;

  /** Predicts with weights that live in the manager. */
  public Predictor(NetConfig config, Map<String, NDArray> parameters, NDManager manager) {
    this.config = config;
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
        NDArray ids =
            scope.create(
                Arrays.stream(inputs).asLongStream().toArray(), new Shape(1, inputs.length));
        Forward forward = model.forward(parameters, ids, states, Dropout.NONE);
        states = forward.states();
        added[i] = sampler.choose(lastLogits(forward, inputs.length), random);
        inputs = new int[] {added[i]};
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

  private float[] lastLogits(Forward forward, int time) {
    float[] all = forward.logits().toFloatArray();
    int from = (time - 1) * config.vocabulary();
    return Arrays.copyOfRange(all, from, from + config.vocabulary());
  }
}
