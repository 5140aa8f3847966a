package io.flinklm.net;

/** The language models by name. */
public final class LanguageModels {
  private LanguageModels() {}

  /**
   * Makes the model that a configuration names.
   *
   * @throws IllegalArgumentException if there is no model of that name
   */
  public static LanguageModel of(NetConfig config) {
    return switch (config.model()) {
      case "lmmodel7" -> new LMModel7(config);
      default -> throw new IllegalArgumentException("there is no model " + config.model());
    };
  }
}
