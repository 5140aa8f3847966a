package io.flinklm.train;

import ai.djl.ndarray.NDArray;
import io.flinklm.net.NetConfig;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A language model of LSTM layers (Hochreiter and Schmidhuber 1997) computed without the engine, in
 * float64 and a token at a time: embedding, layers, output layer, softmax. Its numbers are copies
 * of a training's weights at one moment.
 */
final class LstmByHand {
  private final NetConfig net;
  private final Map<String, double[]> weights = new HashMap<>();

  LstmByHand(NetConfig net, Map<String, NDArray> parameters) {
    this.net = net;
    parameters.forEach((name, values) -> weights.put(name, doubles(values.toFloatArray())));
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  /**
   * What a lane's layers remember, {@code [layer][hidden]} each.
   *
   * @param h outputs
   * @param c cells
   */
  record State(double[][] h, double[][] c) {
    static State zero(NetConfig net) {
      return new State(
          new double[net.layers()][net.hidden()], new double[net.layers()][net.hidden()]);
    }
  }

  /** The probability of each id behind a token; moves the state. */
  double[] behind(int token, State state) {
    int width = net.embedding();
    double[] embedding = weights.get("i_h.weight");
    double[] x = Arrays.copyOfRange(embedding, token * width, (token + 1) * width);
    for (int layer = 0; layer < net.layers(); layer++) {
      x = layer(layer, x, state);
    }
    // A model whose weights are tied has no matrix of the output but the embedding's.
    double[] matrix = weights.getOrDefault("h_o.weight", embedding);
    return softmax(linear(matrix, x, weights.get("h_o.bias")));
  }

  // Gates in PyTorch's order: input, forget, cell, output.
  private double[] layer(int layer, double[] x, State state) {
    double[] h = state.h()[layer];
    double[] c = state.c()[layer];
    double[] ofInput = linear(weight("weight_ih", layer), x, weight("bias_ih", layer));
    double[] ofState = linear(weight("weight_hh", layer), h, weight("bias_hh", layer));
    int n = h.length;
    for (int i = 0; i < n; i++) {
      double in = sigmoid(ofInput[i] + ofState[i]);
      double forget = sigmoid(ofInput[n + i] + ofState[n + i]);
      double cell = Math.tanh(ofInput[2 * n + i] + ofState[2 * n + i]);
      double out = sigmoid(ofInput[3 * n + i] + ofState[3 * n + i]);
      c[i] = forget * c[i] + in * cell;
      h[i] = out * Math.tanh(c[i]);
    }
    return h;
  }

  private double[] weight(String name, int layer) {
    return weights.get("rnn." + name + "_l" + layer);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double[] linear(double[] matrix, double[] x, double[] bias) {
    double[] y = bias.clone();
    for (int row = 0; row < y.length; row++) {
      for (int i = 0; i < x.length; i++) {
        y[row] += matrix[row * x.length + i] * x[i];
      }
    }
    return y;
  }

  private static double[] softmax(double[] logits) {
    double most = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(logit -> Math.exp(logit - most)).sum();
    return Arrays.stream(logits).map(logit -> Math.exp(logit - most) / sum).toArray();
  }
}
