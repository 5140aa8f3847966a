package io.flinklm.bench.shards;

import io.flinklm.bench.measure.BareStep;
import io.flinklm.bench.measure.Contestant;
import io.flinklm.bench.measure.Timing;
import io.flinklm.engine.PyTorch;

/**
 * A step in one shard, for which the engine shares out each of its products among threads of its
 * own. Their number decides the bits, so that no command trains so.
 *
 * @param step in one shard
 * @param threads of the engine
 */
record OwnThreads(BareStep step, int threads) implements Contestant {
  @Override
  public Timing run(double seconds) {
    PyTorch.computeWith(threads);
    try {
      return step.run(seconds);
    } finally {
      PyTorch.computeWith(1);
    }
  }

  @Override
  public void close() {
    step.close();
  }
}
