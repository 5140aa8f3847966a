package io.flinklm.net;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

/**
 * A way to find the gradients of a language model. The fastest is the first; all compute the same
 * function.
 */
public enum BackpropagationWay {
  /** Gradients that are written out: {@link WrittenOutBackpropagation}. */
  WRITTEN_OUT,
  /** Gradients that the engine finds: {@link EngineBackpropagation}. */
  ENGINE;

  /** Whether it is there for a model on a device. */
  boolean canCompute(LanguageModel model, Device device) {
    return this == ENGINE || WrittenOutBackpropagation.canCompute(model, device);
  }

  /**
   * This way for a model.
   *
   * @param manager of what lives as long as it
   */
  public Backpropagation load(LanguageModel model, NDManager manager) {
    return this == ENGINE
        ? new EngineBackpropagation(model)
        : WrittenOutBackpropagation.load(model, manager);
  }
}
