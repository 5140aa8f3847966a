package io.flinklm.bench.speed;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.engine.DeviceChoice;
import java.time.Duration;

/**
 * What is measured, and how.
 *
 * @param model that is trained
 * @param seconds that a turn takes
 * @param repetitions rounds that count
 * @param interval between checkpoints of the pipeline
 * @param pytorchThreads most threads that PyTorch's loop is tried with
 */
public record SpeedOptions(
    ModelSettings model, double seconds, int repetitions, Duration interval, int pytorchThreads) {

  boolean onGpu() {
    return model.device() == DeviceChoice.GPU;
  }
}
