package io.flinklm.net;

import io.flinklm.net.RecurrentLayers.Kind;

/** The language models by name. */
public final class LanguageModels {
  private LanguageModels() {}

  /** The model that a configuration names, with the engine's layers. */
  public static LanguageModel of(NetConfig config) {
    return of(config, Cell.ENGINE);
  }

  /**
   * The model that a configuration names.
   *
   * @param cell who computes its LSTM, if it has one
   * @throws IllegalArgumentException if there is no model of that name
   */
  public static LanguageModel of(NetConfig config, Cell cell) {
    ModelKind kind =
        ModelKind.named(config.model())
            .orElseThrow(() -> new IllegalArgumentException("there is no model " + config.model()));
    return switch (kind) {
      case LMMODEL1 -> new LMModel1(new ReluNet(config));
      case LMMODEL2 -> new LMModel2(new ReluNet(config));
      case LMMODEL3 -> new LMModel3(new ReluNet(config));
      case LMMODEL4 -> new LMModel4(new ReluNet(config));
      case LMMODEL5 -> new RecurrentModel(config, RecurrentLayers.of(Kind.RNN, config, cell));
      case LMMODEL6 -> new RecurrentModel(config, RecurrentLayers.of(Kind.LSTM, config, cell));
      case LMMODEL7 -> new TiedModel(config, RecurrentLayers.of(Kind.LSTM, config, cell));
      case GRU -> new TiedModel(config, RecurrentLayers.of(Kind.GRU, config, cell));
      case AWD_LSTM ->
          new AwdLstm(new TiedModel(config, RecurrentLayers.of(Kind.LSTM, config, cell)));
    };
  }
}
