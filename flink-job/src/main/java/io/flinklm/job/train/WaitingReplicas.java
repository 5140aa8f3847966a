package io.flinklm.job.train;

import io.flinklm.replica.ReplicaOfStreams;
import java.util.Collection;

/** The text of replicas that waits, for other lanes or for other replicas. */
final class WaitingReplicas {
  private WaitingReplicas() {}

  /** That of replicas on lanes. */
  static Stall.Waiting ofLanes(
      Collection<ReplicaOfLanes> here, ReplicaRounds<ReplicaOfLanes> rounds) {
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

  /** That of replicas on streams, which wait for nobody's text. */
  static Stall.Waiting ofStreams(
      Collection<ReplicaOfStreams> here, ReplicaRounds<ReplicaOfStreams> rounds) {
    return new Stall.Waiting() {
      @Override
      public boolean isHeldBack() {
        return here.stream().anyMatch(ReplicaOfStreams::isHeldBack);
      }

      @Override
      public int chunks() {
        return here.stream().mapToInt(ReplicaOfStreams::chunksWaiting).sum();
      }

      @Override
      public String awaited() {
        return rounds.awaited().orElse("");
      }
    };
  }
}
