package io.flinklm.job.train;

import java.util.Collection;

/** The text of replicas that waits, for other lanes or for other replicas. */
final class WaitingReplicas {
  private WaitingReplicas() {}

  static Stall.Waiting of(Collection<ReplicaOfLanes> here, ReplicaRounds rounds) {
    return new Stall.Waiting() {
      @Override
      public boolean isHeldBack() {
        return here.stream().anyMatch(ReplicaOfLanes::isHeldBack);
      }

      @Override
      public int chunks() {
        return here.stream().mapToInt(ReplicaOfLanes::chunksWaiting).sum();
      }

      @Override
      public String awaited() {
        return rounds
            .awaited()
            .orElseGet(
                () ->
                    "text of lane "
                        + LaneGauges.named(
                            here.stream()
                                .flatMap(of -> of.assembler().awaited().stream())
                                .toList()));
      }
    };
  }
}
