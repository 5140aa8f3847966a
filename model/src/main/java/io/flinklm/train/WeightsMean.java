package io.flinklm.train;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.TorchScript;
import io.flinklm.weights.Weights;
import java.util.List;

/**
 * The mean of the weights of several replicas, weighted by the steps that each of them took. It is
 * summed up in the order of the replicas, since the order of float32's sums decides their last
 * bits.
 *
 * @param shares what goes into it, by ascending replica
 * @param step steps done behind it: those of the replica that has done most
 * @param moments whether the optimizer's moments are averaged too
 */
public record WeightsMean(List<Share> shares, long step, boolean moments) {

  /**
   * What one replica gives.
   *
   * @param steps that it took in the round, at least one
   * @param state its weights, as {@link Weights#exchangedBytes}
   */
  public record Share(int steps, byte[] state) {}

  void into(Weights weights, TorchScript script, NDManager scope) {
    NDList sums = weights.exchanged(moments);
    script.call(scope, "forget", sums);
    double all = shares.stream().mapToInt(Share::steps).sum();
    for (Share share : shares) {
      try (NDManager one = scope.newSubManager()) {
        NDList others = weights.exchangedBy(share.state, moments, one);
        script.call(one, "add_share", sums, others, share.steps / all);
      }
    }
    weights.goOnAt(step);
  }
}
