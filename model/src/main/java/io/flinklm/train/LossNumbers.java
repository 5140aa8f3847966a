package io.flinklm.train;

import java.util.List;

/**
 * A loss out of the engine.
 *
 * @param crossEntropy mean over all targets, in nats
 * @param activation the penalty AR
 * @param temporalActivation the penalty TAR
 * @param correct targets that were the most likely token
 * @param targets how many
 */
record LossNumbers(
    double crossEntropy, double activation, double temporalActivation, int correct, int targets) {

  /** Of a batch, from those of its shards: means over all of its targets, in the shards' order. */
  static LossNumbers ofBatch(List<LossNumbers> shards) {
    int targets = shards.stream().mapToInt(LossNumbers::targets).sum();
    double crossEntropy = 0;
    double activation = 0;
    double temporalActivation = 0;
    int correct = 0;
    for (LossNumbers shard : shards) {
      double share = (double) shard.targets / targets;
      crossEntropy += share * shard.crossEntropy;
      activation += share * shard.activation;
      temporalActivation += share * shard.temporalActivation;
      correct += shard.correct;
    }
    return new LossNumbers(crossEntropy, activation, temporalActivation, correct, targets);
  }
}
