package io.flinklm.net;

import java.io.Serializable;

/**
 * The shape of a language model.
 *
 * @param model its name, such as {@code lmmodel7}
 * @param vocabulary distinct tokens
 * @param hidden width of embedding and hidden state
 * @param layers recurrent layers
 * @param dropout share of the last layer's activations that a training step drops
 */
public record NetConfig(String model, int vocabulary, int hidden, int layers, double dropout)
    implements Serializable {

  public NetConfig {
    if (vocabulary < 1 || hidden < 1 || layers < 1 || !(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "expected vocabulary, hidden and layers of 1 or more and a dropout in [0, 1), found "
              + vocabulary
              + ", "
              + hidden
              + ", "
              + layers
              + ", "
              + dropout);
    }
  }
}
