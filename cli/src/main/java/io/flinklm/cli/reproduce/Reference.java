package io.flinklm.cli.reproduce;

import java.util.Map;
import java.util.Optional;

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

  // PyTorch: 20 seeds, 5 for the losses; gru: 8 seeds, clipped at 0.25.
  private static final Map<String, Reference> OF_MODEL =
      Map.of(
          "lmmodel1", new Reference(0.494, 1.651, 0.474, 0.027, 1.663),
          "lmmodel2", new Reference(0.470, 1.657, 0.474, 0.027, 1.663),
          "lmmodel3", new Reference(0.589, 1.651, 0.589, 0.020, 1.673),
          "lmmodel4", new Reference(0.640, 1.878, 0.622, 0.029, 2.044),
          "lmmodel5", new Reference(0.488, 2.180, 0.543, 0.035, 2.481),
          "lmmodel6", new Reference(0.758, 1.368, 0.741, 0.048, 1.625),
          "lmmodel7", new Reference(0.869, 0.458, 0.879, 0.033, 0.408),
          "gru", new Reference(NONE, NONE, 0.964, NONE, NONE));

  static Reference of(String model) {
    return Optional.ofNullable(OF_MODEL.get(model))
        .orElse(new Reference(NONE, NONE, NONE, NONE, NONE));
  }
}
