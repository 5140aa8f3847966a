package io.flinklm.job.train;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;

/** The states of lanes as Flink keeps them: a blob each, keyed by lane. */
final class KeptLanes {
  private static final ValueStateDescriptor<byte[]> LANE =
      new ValueStateDescriptor<>("lane", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private final AbstractStreamOperator<?> operator;
  private final ValueState<byte[]> lane;

  /** Those of an operator that is being initialized. */
  KeptLanes(AbstractStreamOperator<?> operator, KeyedStateStore store) {
    this.operator = operator;
    this.lane = store.getState(LANE);
  }

  /** Keeps what is of one lane. */
  void keep(int number, LaneState state) throws Exception {
    operator.setCurrentKey(number);
    lane.update(state.write());
  }

  /**
   * What was restored of each lane.
   *
   * @param length bytes of a token, by id, for chunks that an older build has kept
   */
  Map<Integer, LaneState> restored(IntUnaryOperator length) throws Exception {
    Map<Integer, LaneState> lanes = new TreeMap<>();
    List<Integer> numbers =
        operator
            .<Integer>getKeyedStateBackend()
            .getKeys(LANE.getName(), VoidNamespace.INSTANCE)
            .toList();
    for (Integer number : numbers) {
      operator.setCurrentKey(number);
      lanes.put(number, LaneState.read(lane.value(), length));
    }
    return lanes;
  }
}
