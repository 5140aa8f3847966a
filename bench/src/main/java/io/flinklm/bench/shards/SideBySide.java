package io.flinklm.bench.shards;

import io.flinklm.application.settings.ModelSettings;
import io.flinklm.bench.measure.Contestant;
import io.flinklm.bench.measure.Timing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The yardstick of shards: as many processes as there are engine threads, each of which trains a
 * model of its own on its share of the rows, all at the same time. They wait for nobody and share
 * nothing but the machine.
 */
final class SideBySide implements Contestant {
  private final List<OtherProcess> processes = new ArrayList<>();

  /**
   * Starts them.
   *
   * @param model with all rows
   * @param count of processes
   */
  SideBySide(ModelSettings model, int count) throws IOException {
    try {
      for (int i = 0; i < count; i++) {
        processes.add(OtherProcess.start(model.withLanes(model.laneCount() / count)));
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
    for (OtherProcess process : processes) {
      tokensPerSecond += process.end().rate();
    }
    return new Timing(tokensPerSecond * seconds, seconds);
  }

  @Override
  public void close() {
    processes.forEach(OtherProcess::close);
  }
}
