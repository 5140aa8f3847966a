package io.flinklm.replica;

import io.flinklm.weights.ExchangedWeights;
import java.util.Optional;

/**
 * What a replica tells all replicas when it leaves a round: its weights, if it took a step in it,
 * and where it is now.
 *
 * @param replica who it is
 * @param round that it leaves
 * @param steps that it took in it; none where it only says where it is
 * @param step steps done behind it
 * @param next the round that its next batch is of, at the earliest
 * @param weights it came to, which the next publication of this replica may overwrite; empty
 *     without steps
 */
public record Publication(
    int replica,
    Round round,
    int steps,
    long step,
    Round next,
    Optional<ExchangedWeights> weights) {

  /** How many bytes its weights are. */
  public int bytes() {
    return weights.map(of -> of.bytes().remaining()).orElse(0);
  }
}
