package io.flinklm.net;

import java.io.Serializable;

/**
 * The shape of a language model, and what a training step drops of it.
 *
 * @param model its name, such as {@code lmmodel7}
 * @param vocabulary distinct tokens
 * @param hidden width of the hidden state
 * @param layers recurrent layers
 * @param dropout share of the last layer's activations that a training step drops
 * @param embedding width of the embedding; only a model that is not tied has another than {@code
 *     hidden}
 * @param awdDropout the further dropouts of an AWD-LSTM
 */
public record NetConfig(
    String model,
    int vocabulary,
    int hidden,
    int layers,
    double dropout,
    int embedding,
    AwdDropout awdDropout)
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
    if (embedding < 1 || !awdDropout.isValid()) {
      throw new IllegalArgumentException(
          "expected an embedding of 1 or more and dropouts in [0, 1), found "
              + embedding
              + ", "
              + awdDropout);
    }
    if (embedding != hidden
        && ModelKind.named(model).filter(kind -> !kind.takesAnyEmbedding()).isPresent()) {
      throw new IllegalArgumentException(
          "the embedding of "
              + model
              + " is as wide as its hidden state: expected "
              + hidden
              + ", found "
              + embedding);
    }
  }

  /** A model whose embedding is as wide as its hidden state, with the usual further dropouts. */
  public NetConfig(String model, int vocabulary, int hidden, int layers, double dropout) {
    this(model, vocabulary, hidden, layers, dropout, hidden, AwdDropout.usual(model, dropout));
  }

  /** Whether a training step drops nothing, so that it passes through the model as evaluation. */
  public boolean dropsNothing() {
    return dropout == 0 && awdDropout.isNone();
  }

  /** The same for another number of distinct tokens. */
  NetConfig withVocabulary(int other) {
    return new NetConfig(model, other, hidden, layers, dropout, embedding, awdDropout);
  }
}
