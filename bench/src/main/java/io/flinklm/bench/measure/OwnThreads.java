package io.flinklm.bench.measure;

import io.flinklm.engine.PyTorch;

/**
 * One for whom the engine shares out each of its products among threads of its own. Their number
 * decides the bits, so that no command trains so.
 *
 * @param contestant who computes
 * @param threads of the engine
 */
public record OwnThreads(Contestant contestant, int threads) implements Contestant {
  @Override
  public Timing run(double seconds) throws Exception {
    PyTorch.computeWith(threads);
    try {
      return contestant.run(seconds);
    } finally {
      PyTorch.computeWith(1);
    }
  }

  @Override
  public void close() throws Exception {
    contestant.close();
  }
}
