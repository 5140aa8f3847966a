package io.flinklm.job.train;

import io.flinklm.Blob.RefusedException;
import io.flinklm.job.state.RefusedStateException;
import io.flinklm.lane.HiddenState;
import io.flinklm.replica.Replica;
import java.util.Map;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;

/** The states of replicas as Flink keeps them, keyed by replica; but for those of their text. */
final class KeptReplicas {
  private static final ValueStateDescriptor<byte[]> TRAINING =
      new ValueStateDescriptor<>("training", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
  private static final ValueStateDescriptor<byte[]> ROUND =
      new ValueStateDescriptor<>("round", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final AbstractStreamOperator<?> operator;
  private final Setup setup;
  private final ReplicaKeys keys;
  private final ValueState<byte[]> training;
  private final ValueState<byte[]> round;

  /** Those of an operator that is being initialized. */
  KeptReplicas(AbstractStreamOperator<?> operator, KeyedStateStore store, Setup setup) {
    this.operator = operator;
    this.setup = setup;
    this.keys = new ReplicaKeys(setup.config().replication().count());
    this.training = store.getState(TRAINING);
    this.round = store.getState(ROUND);
  }

  /** The keys that the states lie under. */
  ReplicaKeys keys() {
    return keys;
  }

  /** Has all that is asked or kept next be of a replica. */
  void turnTo(int number) {
    operator.setCurrentKey(keys.of(number));
  }

  /** Keeps a replica. */
  void keep(Replica of) throws Exception {
    turnTo(of.number());
    // So that the last checkpoint's is not there beside it.
    training.clear();
    training.update(of.trainer().snapshot());
    round.update(of.write());
  }

  /**
   * A replica as it was kept.
   *
   * @param mostRows as in {@link io.flinklm.train.Training#ofReplica}
   * @param hiddenStates of its lanes; none where they are kept elsewhere
   */
  Replica restored(
      int number, int mostRows, ReplicaStart start, Map<Integer, HiddenState> hiddenStates)
      throws Exception {
    turnTo(number);
    Replica[] restored = new Replica[1];
    RefusedStateException.endingTheJob(
        () -> {
          byte[] snapshot = training.value();
          if (snapshot == null) {
            throw new RefusedException(
                "the checkpoint has no state of replica %d: it is of a training with other replicas; this one has %s"
                    .formatted(number, setup.config().replication()));
          }
          restored[0] = start.restored(number, mostRows, snapshot, round.value(), hiddenStates);
        });
    return restored[0];
  }
}
