package io.flinklm.job.train;

import io.flinklm.job.wire.LaneEvent;
import io.flinklm.job.wire.LaneText;
import io.flinklm.job.wire.TurnEvent;
import io.flinklm.train.Replication;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The keys by which Flink spreads replicas over subtasks. There are as many key groups as replicas,
 * and the key of a replica is one that lies in the group of its own number: so Flink gives each
 * subtask a run of replicas, as evenly as can be at any parallelism, and moves them when that
 * changes.
 */
public final class ReplicaKeys {
  private final int[] keys;

  /** Those of so many replicas. */
  public ReplicaKeys(int count) {
    keys = IntStream.range(0, count).map(group -> keyIn(group, count)).toArray();
  }

  private static int keyIn(int group, int count) {
    return IntStream.iterate(0, key -> key + 1)
        .filter(key -> KeyGroupRangeAssignment.assignToKeyGroup(key, count) == group)
        .findFirst()
        .orElseThrow();
  }

  /** The key of a replica. */
  int of(int replica) {
    return keys[replica];
  }

  /** The replicas of a subtask, ascending. */
  List<Integer> here(int subtask, int parallelism) {
    List<Integer> here = new ArrayList<>();
    for (int replica = 0; replica < keys.length; replica++) {
      if (KeyGroupRangeAssignment.assignKeyToParallelOperator(
              keys[replica], keys.length, parallelism)
          == subtask) {
        here.add(replica);
      }
    }
    return here;
  }

  /**
   * The key of the replica that a lane's event is for.
   *
   * @param replication that deals the lanes
   */
  public KeySelector<LaneEvent, Integer> ofLanes(Replication replication) {
    int[] ofReplicas = keys.clone();
    return event -> ofReplicas[replica(event.lane(), replication)];
  }

  /** The key of the replica that an event of streams is for. */
  public KeySelector<TurnEvent, Integer> ofTurns() {
    int[] ofReplicas = keys.clone();
    return event -> ofReplicas[event.replica()];
  }

  /** The replica of a lane; the first one for what belongs to no lane. */
  static int replica(int lane, Replication replication) {
    return lane == LaneText.NO_LANE ? 0 : replication.replicaOf(lane);
  }
}
