package io.flinklm.bench.measure;

import io.flinklm.application.settings.ModelSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The yardstick of what computes side by side in one process: as many processes as it has threads,
 * each of which trains a model of its own on its share of the rows, all at the same time. They wait
 * for nobody and share nothing but the machine.
 */
public final class SideBySide implements Contestant {
  private final List<TrainingProcess> processes = new ArrayList<>();

  /**
   * Starts them.
   *
   * @param model with all rows
   * @param count of processes
   */
  public SideBySide(ModelSettings model, int count) throws IOException {
    try {
      for (int i = 0; i < count; i++) {
        processes.add(TrainingProcess.start(model.withLanes(model.laneCount() / count)));
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public Timing run(double seconds) throws IOException {
    processes.forEach(process -> process.begin(seconds));
    double tokensPerSecond = 0;
    for (TrainingProcess process : processes) {
      tokensPerSecond += process.end().rate();
    }
    return new Timing(tokensPerSecond * seconds, seconds);
  }

  @Override
  public void close() {
    processes.forEach(TrainingProcess::close);
  }
}
