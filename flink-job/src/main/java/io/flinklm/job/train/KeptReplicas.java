package io.flinklm.job.train;

import io.flinklm.Blob.RefusedException;
import io.flinklm.job.state.RefusedStateException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;

/** The states of replicas as Flink keeps them, keyed by replica. */
final class KeptReplicas {
  private static final ValueStateDescriptor<byte[]> TRAINING =
      new ValueStateDescriptor<>("training", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  private static final ValueStateDescriptor<byte[]> ROUND =
      new ValueStateDescriptor<>("round", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  private static final MapStateDescriptor<Integer, byte[]> LANES =
      new MapStateDescriptor<>(
          "lanes", Types.INT, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final AbstractStreamOperator<?> operator;
  private final Setup setup;
  private final ReplicaKeys keys;
  private final ValueState<byte[]> training;
  private final ValueState<byte[]> round;
  private final MapState<Integer, byte[]> lanes;

  /** Those of an operator that is being initialized. */
  KeptReplicas(AbstractStreamOperator<?> operator, KeyedStateStore store, Setup setup) {
    this.operator = operator;
    this.setup = setup;
    this.keys = new ReplicaKeys(setup.config().replication().count());
    this.training = store.getState(TRAINING);
    this.round = store.getState(ROUND);
    this.lanes = store.getMapState(LANES);
  }

  /** The keys that the states lie under. */
  ReplicaKeys keys() {
    return keys;
  }

  /** Keeps all of a replica. */
  void keep(ReplicaOfLanes of) throws Exception {
    int number = of.replica().number();
    operator.setCurrentKey(keys.of(number));
    // So that the last checkpoint's is not there beside it.
    training.clear();
    training.update(of.replica().trainer().snapshot());
    round.update(of.replica().write());
    for (Map.Entry<Integer, LaneState> lane : of.states().entrySet()) {
      lanes.put(lane.getKey(), lane.getValue().write());
    }
  }

  /** A replica as it was kept. */
  ReplicaOfLanes restored(int number, ReplicaStart start) throws Exception {
    operator.setCurrentKey(keys.of(number));
    ReplicaOfLanes[] restored = new ReplicaOfLanes[1];
    RefusedStateException.endingTheJob(
        () -> {
          byte[] snapshot = training.value();
          if (snapshot == null) {
            throw new RefusedException(
                "the checkpoint has no state of replica %d: it is of a training with other replicas; this one has %s"
                    .formatted(number, setup.config().replication()));
          }
          Map<Integer, LaneState> states = new TreeMap<>();
          for (Map.Entry<Integer, byte[]> lane : lanes.entries()) {
            states.put(lane.getKey(), LaneState.read(lane.getValue(), setup.tokenizer()::length));
          }
          restored[0] = start.restored(number, snapshot, round.value(), states);
        });
    return restored[0];
  }
}
