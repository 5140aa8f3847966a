package io.flinklm.train;

import ai.djl.ndarray.NDManager;
import io.flinklm.engine.TorchScript;
import io.flinklm.weights.ExchangedWeights;
import io.flinklm.weights.Weights;
import java.util.List;

/**
 * The mean of the weights of several replicas, weighted by the steps that each of them took. It is
 * summed up in the order of the replicas, since the order of float32's sums decides their last
 * bits. A product is rounded before it is added, so that all processors come to the same bits.
 */
public final class WeightsMean {
  private final ExchangedWeights mean;
  private final long step;

  /**
   * What one replica gives.
   *
   * @param steps that it took in the round, at least one
   * @param weights it came to
   */
  public record Share(int steps, ExchangedWeights weights) {}

  /**
   * The mean of shares, which are used up for it: it lies where the first one lay, until that
   * replica gives another one.
   *
   * @param shares by ascending replica, at least one
   * @param step steps done behind it: those of the replica that has done most
   */
  public WeightsMean(List<Share> shares, long step) {
    double all = shares.stream().mapToInt(Share::steps).sum();
    this.mean = shares.get(0).weights;
    this.step = step;
    for (Share share : shares) {
      share.weights.scale(share.steps / all);
      if (share.weights != mean) {
        mean.add(share.weights);
      }
    }
  }

  void into(Weights weights, TorchScript script, NDManager scope) {
    mean.putInto(weights, script, scope);
    weights.goOnAt(step);
  }
}
