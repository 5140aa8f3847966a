package io.flinklm.net;

import io.flinklm.net.RecurrentLayers.Kind;
import java.util.Set;

/** The language models by name. */
public final class LanguageModels {
  private static final Set<String> WITH_LSTM = Set.of("lmmodel6", "lmmodel7", "awd-lstm");

  private LanguageModels() {}

  /** The model that a configuration names, with the engine's layers. */
  public static LanguageModel of(NetConfig config) {
    return of(config, Cell.ENGINE);
  }

  /** Whether a model has an LSTM, so that {@link Cell} says who computes it. */
  static boolean hasCell(String model) {
    return WITH_LSTM.contains(model);
  }

  /**
   * The model that a configuration names.
   *
   * @param cell who computes its LSTM, if it has one
   * @throws IllegalArgumentException if there is no model of that name
   */
  public static LanguageModel of(NetConfig config, Cell cell) {
    return switch (config.model()) {
      case "lmmodel1" -> new LMModel1(new ReluNet(config));
      case "lmmodel2" -> new LMModel2(new ReluNet(config));
      case "lmmodel3" -> new LMModel3(new ReluNet(config));
      case "lmmodel4" -> new LMModel4(new ReluNet(config));
      case "lmmodel5" -> new RecurrentModel(config, RecurrentLayers.of(Kind.RNN, config, cell));
      case "lmmodel6" -> new RecurrentModel(config, RecurrentLayers.of(Kind.LSTM, config, cell));
      case "lmmodel7" -> new TiedModel(config, RecurrentLayers.of(Kind.LSTM, config, cell));
      case "gru" -> new TiedModel(config, RecurrentLayers.of(Kind.GRU, config, cell));
      case "awd-lstm" ->
          new AwdLstm(new TiedModel(config, RecurrentLayers.of(Kind.LSTM, config, cell)));
      default -> throw new IllegalArgumentException("there is no model " + config.model());
    };
  }
}
