package io.flinklm.bench.speed;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.text.TokenizedText;
import java.time.Duration;

/**
 * What is measured, and how.
 *
 * @param model that is trained
 * @param text that it is trained on
 * @param seconds that a turn takes
 * @param repetitions rounds that count
 * @param interval between checkpoints of the pipeline
 * @param pytorchThreads most threads that PyTorch's loop is tried with
 */
public record SpeedOptions(
    ModelSettings model,
    TokenizedText text,
    double seconds,
    int repetitions,
    Duration interval,
    int pytorchThreads) {

  /** How many distinct tokens the text may have. */
  int vocabulary() {
    return text.tokenizer().size();
  }

  boolean onGpu() {
    return model.device() == DeviceChoice.GPU;
  }
}
