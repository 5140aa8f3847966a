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
 *
 * @param weights that it is
 * @param step steps done behind it: those of the replica that has done most
 */
public record WeightsMean(ExchangedWeights weights, long step) {

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
   */
  public static WeightsMean of(List<Share> shares, long step) {
    ExchangedWeights mean = shares.get(0).weights;
    average(shares, 0, mean.count());
    return new WeightsMean(mean, step);
  }

  /**
   * Makes the mean of a run of the values, in the place of the first share's; a part at a time
   * gives the same bits as all at once.
   *
   * @param shares by ascending replica, at least one
   * @param from first value of the run
   * @param end value behind its last
   */
  public static void average(List<Share> shares, long from, long end) {
    double all = shares.stream().mapToInt(Share::steps).sum();
    ExchangedWeights mean = shares.get(0).weights;
    for (Share share : shares) {
      share.weights.scale(share.steps / all, from, end);
      if (share.weights != mean) {
        mean.add(share.weights, from, end);
      }
    }
  }

  void into(Weights of, TorchScript script, NDManager scope) {
    weights.putInto(of, script, scope);
    of.goOnAt(step);
  }
}
