package io.flinklm.cli.reproduce;

import io.flinklm.net.ModelKind;

/**
 * What others got with a model on the human numbers: the chapter's authors in one run, which they
 * published, and PyTorch's own loop. NaN where nobody has said.
 *
 * @param publishedAccuracy of the chapter's one run
 * @param publishedLoss of the validation there, in nats
 * @param accuracy of PyTorch, mean over seeds
 * @param spread of PyTorch's accuracy: one standard deviation of a single run
 * @param loss of PyTorch's validation, in nats, mean over seeds
 */
record Reference(
    double publishedAccuracy, double publishedLoss, double accuracy, double spread, double loss) {
  private static final double NONE = Double.NaN;

  static Reference of(String model) {
    return ModelKind.named(model)
        .map(Reference::of)
        .orElse(new Reference(NONE, NONE, NONE, NONE, NONE));
  }

  // PyTorch: 20 seeds, 5 for the losses; gru: 8 seeds, clipped at 0.25.
  private static Reference of(ModelKind kind) {
    return switch (kind) {
      case LMMODEL1 -> new Reference(0.494, 1.651, 0.474, 0.027, 1.663);
      case LMMODEL2 -> new Reference(0.470, 1.657, 0.474, 0.027, 1.663);
      case LMMODEL3 -> new Reference(0.589, 1.651, 0.589, 0.020, 1.673);
      case LMMODEL4 -> new Reference(0.640, 1.878, 0.622, 0.029, 2.044);
      case LMMODEL5 -> new Reference(0.488, 2.180, 0.543, 0.035, 2.481);
      case LMMODEL6 -> new Reference(0.758, 1.368, 0.741, 0.048, 1.625);
      case LMMODEL7 -> new Reference(0.869, 0.458, 0.879, 0.033, 0.408);
      case GRU -> new Reference(NONE, NONE, 0.964, NONE, NONE);
      case AWD_LSTM -> new Reference(NONE, NONE, NONE, NONE, NONE);
    };
  }
}
