package io.flinklm.train;

import ai.djl.ndarray.NDManager;
import io.flinklm.engine.TorchScript;

/**
 * What a training step does besides the model itself, each in one call of the engine: the functions
 * of {@code step.torchscript}, which {@link Loss} and its terms, {@link Clipping} and {@link AdamW}
 * call. Gradients of the loss are written out there, because the engine would take several times as
 * long to find them.
 */
final class StepFunctions {
  private static final String SOURCE = "step.torchscript";

  private StepFunctions() {}

  /** Has the engine read them; they live as long as the manager. */
  static TorchScript load(NDManager manager) {
    return TorchScript.ofResource(StepFunctions.class, SOURCE, manager);
  }
}
